//! The keys of the panes.

use super::{A, Binding, ENTER, LEFT, M, RIGHT, bind, foot, key};

pub(super) const BINDINGS: &[Binding] = &[
    foot(bind(M::Tree, &[ENTER], A::Open, "Open: load the row and watch it"), 1, "open"),
    bind(M::Tree, &[key('l'), RIGHT], A::Expand, "Expand, or go to the first row inside"),
    bind(M::Tree, &[key('h'), LEFT], A::Collapse, "Collapse, or go to the parent"),
    bind(M::Tree, &[key(' ')], A::Toggle, "Expand or collapse"),
    foot(
        bind(
            M::Tree,
            &[key('/')],
            A::Filter,
            "Filter by text, !text, /regex/, -l LABELS or -f FIELDS",
        ),
        4,
        "filter",
    ),
    foot(
        bind(
            M::Tree,
            &[key('s')],
            A::Sort,
            "Sort by a column; the same column again reverses the order",
        ),
        6,
        "sort",
    ),
    bind(M::Tree, &[key('o')], A::FollowLink, "Go from a related row to its own place"),
    bind(M::Tree, &[key('S')], A::Reverse, "Reverse the order of the rows"),
    bind(M::Tree, &[key('w')], A::Wide, "Show or hide the wide columns"),
    foot(
        bind(M::Tree, &[key('L')], A::LoadAll, "Load all pages; of logs, more containers"),
        4,
        "load all",
    ),
    bind(M::Document, &[ENTER], A::Open, "Fold or unfold; where there is nothing to fold, follow"),
    foot(
        bind(M::Document, &[key('o')], A::FollowLink, "Go to what the line refers to; [ returns"),
        1,
        "follow",
    ),
    bind(M::Document, &[key('}')], A::NextLink, "Next line that refers to something"),
    bind(M::Document, &[key('{')], A::PreviousLink, "The one before"),
    bind(M::Document, &[key(' ')], A::Toggle, "Fold or unfold"),
    bind(M::Document, &[key('l'), RIGHT], A::Expand, "Unfold, or go to the first line inside"),
    bind(M::Document, &[key('h'), LEFT], A::Collapse, "Fold, or go to the parent"),
    bind(M::Document, &[key('E')], A::ExpandAll, "Unfold all"),
    bind(M::Document, &[key('C')], A::CollapseAll, "Fold all"),
    foot(bind(M::Document, &[key('/')], A::Search, "Search"), 1, "search"),
    foot(bind(M::Document, &[key('n')], A::NextMatch, "Next match"), 2, "next match"),
    bind(M::Document, &[key('N')], A::PreviousMatch, "Previous match"),
    foot(bind(M::Document, &[key('w')], A::Wrap, "Wrap or cut long lines"), 4, "wrap"),
    foot(
        bind(M::Document, &[key('b')], A::Managers, "Show or hide who set each line"),
        5,
        "managers",
    ),
    foot(bind(M::Document, &[key('L')], A::LoadAll, "Read the logs of more containers"), 2, "more"),
    bind(M::Document, &[key('<')], A::ScrollLeft, "Scroll long lines left"),
    bind(M::Document, &[key('>')], A::ScrollRight, "Scroll long lines right"),
    foot(
        bind(
            M::Reasons,
            &[ENTER],
            A::Open,
            "Go to the line that shows it; again: to what explains it",
        ),
        1,
        "show",
    ),
    foot(
        bind(M::Container, &[ENTER], A::Open, "Read the file, or go to the source of the row"),
        1,
        "read",
    ),
    bind(
        M::Container,
        &[key('o')],
        A::FollowLink,
        "Go to the key, the field or the line that the row comes from",
    ),
    foot(
        bind(M::Container, &[key('l'), RIGHT], A::Expand, "Next container, or the catalogue"),
        1,
        "next container",
    ),
    bind(M::Container, &[key('h'), LEFT], A::Collapse, "Previous container"),
    foot(
        bind(
            M::Container,
            &[key('n')],
            A::NextSection,
            "Next section: environment, files, process",
        ),
        1,
        "next section",
    ),
    bind(M::Container, &[key('N')], A::PreviousSection, "Previous section"),
    bind(
        M::Container,
        &[key('C')],
        A::CopyItem,
        "In the catalogue: copy as a volume item; c copies as env",
    ),
];
