//! Business services and the incidents that impact them.

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use serde_json::json;

use super::guard::PagerdutyState;
use super::paging::{list_params, params};
use super::problem::Reply;
use super::refs;
use crate::demo::account::Account;
use crate::demo::account::incident::Status;
use crate::demo::serve::shared::json_response;
use crate::demo::world::posts::SERVICES;

pub(super) async fn business_services(RawQuery(query): RawQuery) -> Reply {
    let (_, page) = list_params(query.as_deref(), &[])?;
    let all: Vec<_> = SERVICES.iter().zip(1_u32..).collect();
    Ok(page.response("business_services", &all, |(name, number)| {
        let (kind, id) = ("business_service", business_id(*number));
        let base = refs::base(kind, &id, name, "business_services", None);
        let more =
            json!({ "name": name, "description": null, "point_of_contact": null, "team": null });
        refs::with(base, more)
    }))
}

/// `GET /business_services/impacts`: an open P1 on a service impacts the matching business service.
pub(super) async fn impacts(
    State(site): State<PagerdutyState>,
    RawQuery(query): RawQuery,
) -> Reply {
    let params = params(query.as_deref(), &["additional_fields[]", "ids[]"])?;
    site.shared.with(|world, _| {
        let numbered = SERVICES.iter().zip(1_u32..);
        let listed = numbered.filter(|(_, number)| params.admits("ids[]", &business_id(*number)));
        let services: Vec<_> = listed
            .map(|(name, number)| {
                let hit = is_impacted(&world.account, name);
                json!({
                    "id": business_id(number),
                    "name": name,
                    "type": "business_service",
                    "status": if hit { "impacted" } else { "not_impacted" },
                    "additional_fields": {},
                })
            })
            .collect();
        let body = json!({ "limit": 100, "more": false, "services": services });
        Ok(json_response(StatusCode::OK, &body))
    })
}

fn is_impacted(account: &Account, name: &str) -> bool {
    let mut p1 = account
        .incidents
        .iter()
        .filter(|it| it.status != Status::Resolved && it.priority.as_deref() == Some("P1"));
    let about = |service: &str| match service {
        "storage-outage" | "storage" => "Storage",
        "startup" => "User Server",
        _ => "Hub",
    };
    p1.any(|it| about(&it.service) == name)
}

/// The id of the business service with this index.
pub(super) fn business_id(number: u32) -> String {
    format!("PBS{number}")
}
