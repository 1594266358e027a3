//! The worksheet in Chinese.

use crate::lang::Lab;

pub(super) fn lab(word: Lab) -> &'static str {
    match word {
        Lab::Title => "实验报告：会话",
        Lab::Task => "用 tcpdump、tshark 或 Wireshark 查看捕获文件，填写空白处。",
        Lab::Segments => "建立连接和关闭连接的报文段",
        Lab::Frame => "#",
        Lab::Time => "时间（秒）",
        Lab::From => "源端口",
        Lab::To => "目的端口",
        Lab::Flags => "标志",
        Lab::RawSeq => "序号（原始）",
        Lab::RelativeSeq => "序号（相对）",
        Lab::RawAck => "确认号（原始）",
        Lab::RelativeAck => "确认号（相对）",
        Lab::Window => "窗口",
        Lab::Length => "长度",
        Lab::Options => "选项",
        Lab::Step => "是什么？",
        Lab::MoreRows => "此类报文段还有（未列出）：",
        Lab::Questions => "问题",
        Lab::WhoOpens => "谁发起连接？依据是什么？",
        Lab::Isns => "客户端和服务器的初始序号各是多少？",
        Lab::SynAcked => "哪个报文段确认了客户端的 SYN？确认号是多少？",
        Lab::SynAckAcked => "哪个报文段确认了服务器的 SYN？确认号是多少？",
        Lab::RoundTrip => "从 SYN 到 SYN-ACK 的往返时间是多少？",
        Lab::ClosesFirst => "谁先关闭连接？",
        Lab::ClientFin => "哪个 ACK 确认了客户端的 FIN？",
        Lab::ServerFin => "哪个 ACK 确认了服务器的 FIN？",
        Lab::CloseSegments => "关闭连接用了几个报文段？",
        Lab::WhoWaits => "谁停留在 TIME-WAIT？",
        Lab::Ending => "连接是怎样建立的？又是怎样结束的？",
        Lab::Answer => "答案：",
        Lab::Because => "理由：",
        Lab::NotSeen => "捕获中没有",
        Lab::InFrame => "帧",
        Lab::BothSides => "双方",
        Lab::Nobody => "没有",
        Lab::Crossed => "双方同时关闭：两个 FIN 交叉",
    }
}
