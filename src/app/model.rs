//! The model: a picture, and what the person does with it. Pure data. The view is a function of the model, and only
//! `update` changes it.
//!
//! `Model` holds the state of `action_flow`, `history`, `rows` and `unseen`, and these take a `&Model` to
//! look things up: the five import each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::zone::Zone;
use chrono::{DateTime, Utc};
use strum::IntoEnumIterator as _;

use super::action::Context;
use super::action_flow::{ActionFlow, Step};
use super::document::{DocumentKind, DocumentState};
use super::filter::Filter;
use super::history::HistoryFetch;
use super::keymap::Keymap;
use super::owed::Owed;
use super::rows::RowKey;
use super::unseen::UnseenChanges;
use crate::domain::case::Case;
use crate::domain::ids::{CaseId, HubKey};
use crate::domain::now::Now;
use crate::domain::operation::{Draft, DraftAccount, DraftKey};
use crate::domain::policy::Policy;
use crate::domain::rollout::VersionReading;
use crate::picture::Picture;
use crate::plan::{ActionSubject, Plan};

/// Everything that the view needs except the current time.
#[derive(Clone, Debug)]
pub struct Model {
    /// The latest picture; `None` before the first.
    pub picture: Option<Arc<Picture>>,
    /// The policy from the configuration: limits, runbooks, links.
    pub policy: Arc<Policy>,
    /// Since when the picture has lagged behind the answers; none while it is current.
    pub lagging_since: Option<Now>,
    /// When a refresh was requested; `None` again once every source has answered or failed after it.
    pub refreshing_since: Option<Now>,
    /// The pane that keys go to.
    pub focus: Pane,
    /// The Cases pane.
    pub cases: CaseList,
    /// What changed since the person last looked.
    pub unseen: UnseenChanges,
    /// The Hubs pane.
    pub hubs: HubList,
    /// What is owed after outages; `None` where no PagerDuty is configured.
    pub owed: Option<Owed>,
    /// What Prometheus said of versions; `None` before the first reading.
    pub versions: Option<Arc<VersionReading>>,
    /// Lines that are scrolled away at the top of the panes that scroll by lines.
    pub pane_scrolls: BTreeMap<Pane, usize>,
    /// The overlays, the topmost last.
    pub overlays: Vec<Overlay>,
    /// Texts that were typed and not sent, those of earlier runs included.
    pub drafts: BTreeMap<DraftKey, Draft>,
    /// How many drafts on the disk are for another PagerDuty account: they are not offered.
    pub foreign_drafts: usize,
    /// Drafts whose present text is not saved yet: the error, or `None` while the write is under way.
    pub unsaved_drafts: BTreeMap<DraftKey, Option<String>>,
    /// Whether a notice appears once the last of these is on the disk.
    pub announces_saved: bool,
    /// Whether the person asked to leave although some of these are not on the disk.
    pub leaving: bool,
    /// Batches that are sent and have no outcome yet.
    pub sent_batches: SentBatches,
    /// Which rows and hubs are shown.
    pub filter: Filter,
    /// Facts about the program itself for the header: demo, read-only, zone.
    pub session: SessionOptions,
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// A word to the person in place of the hint bar, for a while.
    pub notice: Option<Notice>,
    /// This program's own errors since its start, oldest first.
    pub complaints: Vec<String>,
    /// The draft that is dropped if the next key opens the drafts again.
    pub draft_pending_drop: Option<DraftKey>,
    /// Whether the terminal has the focus; `true` where it does not report it.
    pub terminal_focused: bool,
    /// Sizes and scroll limits of the last frame.
    pub viewport: Viewport,
    /// Lines of the terminal; 0 where not known.
    pub height: u16,
    /// The configuration that is shown, as a person would name it; none for the embedded world.
    pub config_file: Option<Arc<str>>,
}

/// The panes that can have the focus, in the order of `tab`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Pane {
    /// What needs a decision.
    #[default]
    Cases,
    /// The fleet.
    Hubs,
    /// The rota.
    Owners,
    /// The status pages.
    Status,
    /// What is owed after outages; only a large screen has room for it.
    Owed,
}

impl Pane {
    /// The pane after this one; after the last the first.
    pub fn next(self) -> Self {
        let mut later = Self::iter().filter(|pane| *pane > self);
        later.next().or(Self::iter().next()).unwrap_or(self)
    }

    /// The pane before this one; before the first the last.
    pub fn previous(self) -> Self {
        let mut earlier = Self::iter().rev().filter(|pane| *pane < self);
        earlier.next().or(Self::iter().next_back()).unwrap_or(self)
    }
}

/// The state of the cases pane. The view scrolls so that the selected row stays visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseList {
    /// The selected row; none while there are no rows.
    pub selected: Option<RowKey>,
    /// Whether the person has pressed a key yet. Until then the selection stays on the first row, which may change
    /// while sources answer one by one.
    pub touched: bool,
    /// The cases that are marked, to act on several at once.
    pub marked: BTreeSet<CaseId>,
    /// The keys of the open storms.
    pub open_storms: BTreeSet<String>,
    /// The keys of the storms that have a row. A storm that shrinks keeps its row for as long as it counts as a small
    /// storm.
    pub shown_storms: BTreeSet<String>,
}

/// The state of the hubs pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubList {
    /// The selected hub; none while there are no hubs.
    pub selected: Option<HubKey>,
    /// Whether the pane ever had the keys: until then the first hub is selected, whatever comes.
    pub touched: bool,
}

/// Something that lies over the panes.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    pub kind: OverlayKind,
    /// Lines that are scrolled away at its top. If it is larger than the end, the view shows the last screenful.
    pub scroll: usize,
    /// The history queries of this overlay. `None` before they were sent.
    pub history_fetches: Option<Vec<HistoryFetch>>,
}

/// The kinds of overlays.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayKind {
    /// A case with all that belongs to it, as it was last known. A case that is over stays, and is marked as over.
    Case(Arc<Case>),
    /// One hub with its signals.
    Hub(HubKey),
    /// The sources, worst first.
    Sources,
    /// The help.
    Help,
    /// The dialogue of an operation on cases.
    ActionFlow(Box<ActionFlow>),
    /// What is owed after outages, with all that is missing.
    Owed,
    /// Which versions run where.
    Rollout,
    /// A view that is read while it is open.
    Document(DocumentKind, DocumentState),
    /// A text that may not have reached the clipboard.
    CopyByHand(Arc<CopyByHand>),
}

/// A text to be copied from the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyByHand {
    /// Why it was not copied, one sentence each.
    pub why: Vec<String>,
    /// The text, as it came.
    pub text: String,
}

impl OverlayKind {
    /// Where keys go while it lies on top.
    pub fn context(&self) -> Context {
        let Self::ActionFlow(acting) = self else {
            return Context::Overlay;
        };
        match acting.step {
            Step::Menu(_) => Context::Menu,
            Step::Choose(..) => Context::Choice,
            Step::Write(..) => Context::Writing,
            Step::Confirm(_) | Step::Sending(..) | Step::Finished(..) => Context::Confirm,
        }
    }
}

impl Overlay {
    /// A new overlay, not scrolled.
    pub fn new(kind: OverlayKind) -> Self {
        Self {
            kind,
            scroll: 0,
            history_fetches: None,
        }
    }
}

/// The batches that were sent and have no outcome yet, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentBatches {
    /// The latest number that was given.
    pub last_number: u64,
    /// Batches without an outcome yet, by number, with the cases that they were confirmed on.
    pub in_flight: BTreeMap<u64, (Plan, ActionSubject)>,
}

/// How this session runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// The world is the embedded one.
    pub demo: bool,
    /// Nothing is ever written to an upstream.
    pub read_only: bool,
    /// The zone of every time on this screen.
    pub zone: Zone,
}

/// A word to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    /// When the message disappears.
    pub until: DateTime<Utc>,
}

/// Sizes and scroll limits of the last frame, for the handling of keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Columns of the screen; 0 where not known.
    pub width: u16,
    /// Lines of the focused pane or topmost overlay that are visible at once; 0 where not known.
    pub page_lines: usize,
    /// The rows of the Cases pane that were in sight, from and to; none while it is hidden.
    pub visible_case_rows: Option<(usize, usize)>,
    /// How far the topmost overlay scrolls; `None` if not known, or if there is none.
    pub max_overlay_scroll: Option<usize>,
    /// How far the panes scroll that do so by lines.
    pub max_pane_scrolls: BTreeMap<Pane, usize>,
}

impl Model {
    /// A model before the first answer.
    pub fn new(policy: Arc<Policy>, session: SessionOptions) -> Self {
        Self {
            picture: None,
            policy,
            lagging_since: None,
            refreshing_since: None,
            focus: Pane::default(),
            cases: CaseList::default(),
            unseen: UnseenChanges::default(),
            hubs: HubList::default(),
            owed: None,
            versions: None,
            pane_scrolls: BTreeMap::new(),
            overlays: Vec::new(),
            drafts: BTreeMap::new(),
            foreign_drafts: 0,
            unsaved_drafts: BTreeMap::new(),
            announces_saved: false,
            leaving: false,
            sent_batches: SentBatches::default(),
            filter: Filter::default(),
            session,
            keymap: Arc::new(Keymap::default()),
            notice: None,
            complaints: Vec::new(),
            draft_pending_drop: None,
            terminal_focused: true,
            viewport: Viewport::default(),
            height: 0,
            config_file: None,
        }
    }

    /// The notice, if it has not gone by `now`.
    pub fn notice_at(&self, now: Now) -> Option<&Notice> {
        self.notice
            .as_ref()
            .filter(|notice| now.wall < notice.until)
    }

    /// The selected row. `None` until the person has pressed a key.
    pub fn user_selected_row(&self) -> Option<&RowKey> {
        let selected = self.cases.selected.as_ref();
        selected.filter(|_| self.cases.touched)
    }

    /// The topmost overlay.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last()
    }

    /// The PagerDuty account whose incidents are shown, as far as it is known; none without PagerDuty.
    pub fn account(&self) -> Option<DraftAccount> {
        let api = self.policy.pagerduty_api.as_deref()?;
        let cases = self.picture.iter().flat_map(|picture| &picture.cases);
        let mut incidents = cases.filter_map(|case| case.incident.as_deref());
        let page = incidents.find_map(|incident| incident.url.as_deref());
        Some(DraftAccount::new(api, page))
    }

    /// The unsent drafts of a case, under its id or any of its aliases.
    pub fn drafts_for<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a Draft> {
        let is_it = |id: &CaseId| *id == case.id || case.aliases.contains(id);
        self.drafts.values().filter(move |draft| is_it(&draft.case))
    }

    /// Lines that are scrolled away at the top of a pane.
    pub fn pane_scroll(&self, pane: Pane) -> usize {
        self.pane_scrolls.get(&pane).copied().unwrap_or_default()
    }

    /// How many drafts wait to be sent; 0 while an action flow is open.
    pub fn unsent_draft_count(&self) -> usize {
        match self.overlay().map(|overlay| &overlay.kind) {
            Some(OverlayKind::ActionFlow(_)) => 0,
            _ => self.drafts.len(),
        }
    }

    /// Whether the topmost overlay was drawn, and is scrolled to its end.
    pub fn is_scrolled_to_end(&self) -> bool {
        let overlay = self.overlays.last();
        let limit = self.viewport.max_overlay_scroll;
        overlay.is_some_and(|overlay| limit.is_some_and(|limit| overlay.scroll >= limit))
    }

    /// Keeps what a drawing learned, so that no scroll position lies past its end.
    pub fn set_viewport(&mut self, extent: Viewport) {
        let clamp = |scroll: &mut usize, limit: Option<usize>| {
            *scroll = limit.map_or(*scroll, |limit| limit.min(*scroll));
        };
        for (pane, scroll) in &mut self.pane_scrolls {
            clamp(scroll, extent.max_pane_scrolls.get(pane).copied());
        }
        if let Some(overlay) = self.overlays.last_mut() {
            clamp(&mut overlay.scroll, extent.max_overlay_scroll);
        }
        self.viewport = extent;
    }
}
