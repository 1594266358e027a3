//! Names of the cases of an enum, in one list.

/// Gives an enum the name of each value and the list of all names, from one
/// list: the match is exhaustive, so that neither can lack a case.
///
/// Stands in an `impl`: `slugs! { /// All. SLUGS; /// One. slug { Self::A => "a", } }`.
macro_rules! slugs {
    (
        $(#[$all_doc:meta])* $all:ident;
        $(#[$doc:meta])* $slug:ident { $($case:pat => $name:literal,)+ }
    ) => {
        $(#[$all_doc])*
        pub const $all: &[&str] = &[$($name),+];

        $(#[$doc])*
        pub const fn $slug(self) -> &'static str {
            match self {
                $($case => $name,)+
            }
        }
    };
}

pub(crate) use slugs;
