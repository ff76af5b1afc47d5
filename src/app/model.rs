//! The model: the picture and the state of the user interface, as pure data. The view is a function of the model. Only
//! `update` changes the model.
//!
//! `Model` has fields of types from `action_flow`, `document`, `history` and `owed`, and each of these four adds the
//! methods of `Model` about its own data. So the five files import each other.

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

/// All data that the view needs, except the current time.
#[derive(Clone, Debug)]
pub struct Model {
    /// The latest picture; `None` before the first one.
    pub picture: Option<Arc<Picture>>,
    /// The policy from the configuration: limits, runbooks, links.
    pub policy: Arc<Policy>,
    /// When the picture began to lag behind the sources' answers; `None` while the picture is up to date.
    pub lagging_since: Option<Now>,
    /// When a refresh was requested; `None` once every source has answered or failed after the request.
    pub refreshing_since: Option<Now>,
    /// The pane that receives keys.
    pub focus: Pane,
    /// The Cases pane.
    pub cases: CaseList,
    /// The changes since the user last looked.
    pub unseen: UnseenChanges,
    /// The Hubs pane.
    pub hubs: HubList,
    /// The work that is owed after outages; `None` if no PagerDuty is configured.
    pub owed: Option<Owed>,
    /// The versions that Prometheus reported; `None` before the first reading.
    pub versions: Option<Arc<VersionReading>>,
    /// How many lines each pane is scrolled down. Only panes that scroll by lines are listed.
    pub pane_scrolls: BTreeMap<Pane, usize>,
    /// The overlays, the topmost last.
    pub overlays: Vec<Overlay>,
    /// Typed texts that were not sent, including those of earlier runs.
    pub drafts: BTreeMap<DraftKey, Draft>,
    /// How many drafts on the disk belong to another PagerDuty account and are not offered.
    pub foreign_drafts: usize,
    /// Drafts whose latest text is not on the disk yet: the write's error, or `None` while the write is pending.
    pub unsaved_drafts: BTreeMap<DraftKey, Option<String>>,
    /// Whether to show a notice once the last of `unsaved_drafts` is on the disk.
    pub announces_saved: bool,
    /// Whether the user asked to quit while some of `unsaved_drafts` were not on the disk.
    pub leaving: bool,
    /// Batches that were sent and whose outcome is not known yet.
    pub sent_batches: SentBatches,
    /// Which rows and hubs are shown.
    pub filter: Filter,
    /// Facts about the program itself for the header: demo, read-only, zone.
    pub session: SessionOptions,
    /// Which key does what.
    pub keymap: Arc<Keymap>,
    /// A message to the user, shown for a while in place of the hint bar.
    pub notice: Option<Notice>,
    /// hubwatch's own errors since the start, oldest first.
    pub complaints: Vec<String>,
    /// The draft that is dropped if the next key opens the drafts again.
    pub draft_pending_drop: Option<DraftKey>,
    /// Whether the terminal has the focus; `true` if the terminal does not report its focus.
    pub terminal_focused: bool,
    /// Sizes and scroll limits of the last frame.
    pub viewport: Viewport,
    /// The lines of the terminal; 0 if not known.
    pub height: u16,
    /// The path of the configuration file, as text for the screen; `None` for the demo.
    pub config_file: Option<Arc<str>>,
}

/// The panes that can have the focus, in the order of `tab`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter)]
pub enum Pane {
    #[default]
    Cases,
    Hubs,
    /// The rota.
    Owners,
    /// The status pages.
    Status,
    /// The work that is owed after outages. Only a large screen has room for this pane.
    Owed,
}

impl Pane {
    /// The pane after this one. After the last pane comes the first.
    pub fn next(self) -> Self {
        let mut later = Self::iter().filter(|pane| *pane > self);
        later.next().or(Self::iter().next()).unwrap_or(self)
    }

    /// The pane before this one. Before the first pane comes the last.
    pub fn previous(self) -> Self {
        let mut earlier = Self::iter().rev().filter(|pane| *pane < self);
        earlier.next().or(Self::iter().next_back()).unwrap_or(self)
    }
}

/// The state of the cases pane. The view scrolls so that the selected row stays visible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseList {
    /// The selected row; `None` if there are no rows.
    pub selected: Option<RowKey>,
    /// Whether the user has pressed a key since the start. Until then the first row is selected, even if another row
    /// becomes the first while sources answer.
    pub touched: bool,
    /// The marked cases. An action on marked cases applies to all of them.
    pub marked: BTreeSet<CaseId>,
    /// The keys of the storms that are unfolded.
    pub open_storms: BTreeSet<String>,
    /// The keys of the storms that have a row. A storm that shrinks keeps its row while it has at least
    /// `MIN_PLACES_SHOWN` places.
    pub shown_storms: BTreeSet<String>,
}

/// The state of the hubs pane.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HubList {
    /// The selected hub; `None` if there are no hubs.
    pub selected: Option<HubKey>,
    /// Whether the pane has ever had the focus. Until then the first hub is selected, even if the hubs change.
    pub touched: bool,
}

/// A page over the panes.
#[derive(Clone, Debug, PartialEq)]
pub struct Overlay {
    pub kind: OverlayKind,
    /// How many lines the overlay is scrolled down. If the number is too large, the view shows the last screenful.
    pub scroll: usize,
    /// The history queries of this overlay; `None` before the first query.
    pub history_fetches: Option<Vec<HistoryFetch>>,
}

/// The kinds of overlays.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayKind {
    /// A case in the last state that was listed. If the case ends, it stays in the overlay with a note that it is over.
    Case(Arc<Case>),
    /// One hub with its signals.
    Hub(HubKey),
    /// The sources, worst first.
    Sources,
    /// The help.
    Help,
    /// The dialogue of an operation on cases.
    ActionFlow(Box<ActionFlow>),
    /// The work that is owed after outages, with every missing item.
    Owed,
    /// Which versions run where.
    Rollout,
    /// A document. It is fetched and kept only while its page is open.
    Document(DocumentKind, DocumentState),
    /// A text that may not have reached the clipboard, for copying by hand.
    CopyByHand(Arc<CopyByHand>),
}

/// A text that the user may have to copy from the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyByHand {
    /// Why the text may not have been copied, one sentence each.
    pub why: Vec<String>,
    /// The text as it should have been copied.
    pub text: String,
}

impl OverlayKind {
    /// The context of keys while this overlay is the topmost one.
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
    /// An overlay that is not scrolled.
    pub fn new(kind: OverlayKind) -> Self {
        Self {
            kind,
            scroll: 0,
            history_fetches: None,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentBatches {
    /// The number of the latest batch.
    pub last_number: u64,
    /// The batches without an outcome, by number, each with the cases that the user confirmed.
    pub in_flight: BTreeMap<u64, (Plan, ActionSubject)>,
}

/// How this session runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionOptions {
    /// Whether the picture is the demo's.
    pub demo: bool,
    /// Whether hubwatch never writes to an upstream.
    pub read_only: bool,
    /// The zone of all times on the screen.
    pub zone: Zone,
}

/// A message for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    /// When the notice disappears.
    pub until: DateTime<Utc>,
}

/// Sizes and scroll limits of the last frame. Key handling needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// The columns of the screen; 0 if not known.
    pub width: u16,
    /// The number of visible lines in the topmost overlay or, without an overlay, in the focused pane. 0 if not known.
    pub page_lines: usize,
    /// The first and the last visible row of the Cases pane; `None` while the pane is hidden.
    pub visible_case_rows: Option<(usize, usize)>,
    /// How far the topmost overlay can be scrolled. `None` if not known, or without an overlay.
    pub max_overlay_scroll: Option<usize>,
    /// How far each pane that scrolls by lines can be scrolled.
    pub max_pane_scrolls: BTreeMap<Pane, usize>,
}

impl Model {
    /// The model before the first picture.
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

    /// The notice; `None` once its time is over.
    pub fn notice_at(&self, now: Now) -> Option<&Notice> {
        self.notice
            .as_ref()
            .filter(|notice| now.wall < notice.until)
    }

    /// The row that the user selected; `None` before the first key press.
    pub fn user_selected_row(&self) -> Option<&RowKey> {
        let selected = self.cases.selected.as_ref();
        selected.filter(|_| self.cases.touched)
    }

    /// The topmost overlay.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last()
    }

    /// The PagerDuty account whose incidents are shown, as far as known; `None` without PagerDuty.
    pub fn account(&self) -> Option<DraftAccount> {
        let api = self.policy.pagerduty_api.as_deref()?;
        let cases = self.picture.iter().flat_map(|picture| &picture.cases);
        let mut incidents = cases.filter_map(|case| case.incident.as_deref());
        let page = incidents.find_map(|incident| incident.url.as_deref());
        Some(DraftAccount::new(api, page))
    }

    /// The unsent drafts of a case, saved under the case's id or one of its aliases.
    pub fn drafts_for<'a>(&'a self, case: &'a Case) -> impl Iterator<Item = &'a Draft> {
        let is_it = |id: &CaseId| *id == case.id || case.aliases.contains(id);
        self.drafts.values().filter(move |draft| is_it(&draft.case))
    }

    /// How many lines a pane is scrolled down.
    pub fn pane_scroll(&self, pane: Pane) -> usize {
        self.pane_scrolls.get(&pane).copied().unwrap_or_default()
    }

    /// How many drafts are not sent. The number is 0 while a dialogue is open.
    pub fn unsent_draft_count(&self) -> usize {
        match self.overlay().map(|overlay| &overlay.kind) {
            Some(OverlayKind::ActionFlow(_)) => 0,
            _ => self.drafts.len(),
        }
    }

    /// Whether the topmost overlay has been drawn and is scrolled to its end.
    pub fn is_scrolled_to_end(&self) -> bool {
        let overlay = self.overlays.last();
        let limit = self.viewport.max_overlay_scroll;
        overlay.is_some_and(|overlay| limit.is_some_and(|limit| overlay.scroll >= limit))
    }

    /// Stores the sizes of the last frame, and limits the scroll positions by them.
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
