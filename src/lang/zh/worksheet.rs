//! The worksheet in Chinese.

use crate::lang::Worksheet;

pub(super) fn worksheet(word: Worksheet) -> &'static str {
    match word {
        Worksheet::Title => "实验报告：会话",
        Worksheet::Task => "用 tcpdump、tshark 或 Wireshark 查看捕获文件，填写空白处。",
        Worksheet::Segments => "建立连接和关闭连接的报文段",
        Worksheet::Frame => "#",
        Worksheet::Time => "时间（秒）",
        Worksheet::From => "源端口",
        Worksheet::To => "目的端口",
        Worksheet::Flags => "标志",
        Worksheet::RawSeq => "序号（原始）",
        Worksheet::RelativeSeq => "序号（相对）",
        Worksheet::RawAck => "确认号（原始）",
        Worksheet::RelativeAck => "确认号（相对）",
        Worksheet::Window => "窗口",
        Worksheet::Length => "长度",
        Worksheet::Options => "选项",
        Worksheet::Step => "是什么？",
        Worksheet::MoreRows => "此类报文段还有（未列出）：",
        Worksheet::Questions => "问题",
        Worksheet::WhoOpens => "谁发起连接？依据是什么？",
        Worksheet::Isns => "客户端和服务器的初始序号各是多少？",
        Worksheet::SynAcked => "哪个报文段确认了客户端的 SYN？确认号是多少？",
        Worksheet::SynAckAcked => "哪个报文段确认了服务器的 SYN？确认号是多少？",
        Worksheet::RoundTrip => "从 SYN 到 SYN-ACK 的往返时间是多少？",
        Worksheet::ClosesFirst => "谁先关闭连接？",
        Worksheet::ClientFin => "哪个 ACK 确认了客户端的 FIN？",
        Worksheet::ServerFin => "哪个 ACK 确认了服务器的 FIN？",
        Worksheet::CloseSegments => "关闭连接用了几个报文段？",
        Worksheet::WhoWaits => "谁停留在 TIME-WAIT？",
        Worksheet::Ending => "连接是怎样建立的？又是怎样结束的？",
        Worksheet::Answer => "答案：",
        Worksheet::Because => "理由：",
        Worksheet::NotSeen => "捕获中没有",
        Worksheet::InFrame => "帧",
        Worksheet::BothSides => "双方",
        Worksheet::Nobody => "没有",
        Worksheet::Crossed => "双方同时关闭：两个 FIN 交叉",
    }
}
