//! Accounts, for managers.

use axum::extract::Query;
use maud::html;
use serde::Deserialize;

use super::frame::{self, Answer, Trouble};
use super::guard::{Desk, Sent};
use super::words::of;
use crate::server::keeping::now;
use crate::store::{Role, StoreError};

#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

/// The page.
pub(super) async fn page(desk: Desk, Query(Done { done }): Query<Done>) -> Answer {
    desk.manager()?;
    let all = desk.store.accounts().await?;
    let words = &desk.words().accounts;
    let content = html! {
        h1 { (words.title) }
        @match done.as_deref() {
            Some("made") => { (frame::notice(&words.done)) }
            Some("short") => { p.caution role="alert" { (words.short) } }
            Some("taken") => { p.caution role="alert" { (words.taken) } }
            Some("own") => { p.caution role="alert" { (words.own) } }
            _ => {}
        }
        p.lead { (words.lead) }
        div.wide tabindex="0" role="region" aria-labelledby="list" { table {
            caption #list { (words.title) }
            thead { tr { th scope="col" { (words.name) } th scope="col" { (words.role) } th scope="col" { (words.made) } th scope="col" { (desk.words().guides.edit) } } }
            tbody { @for account in &all {
                tr {
                    th scope="row" { (account.name) @if account.disabled.is_some() { " (" (words.disabled) ")" } }
                    td { (of(&desk.words().roles, account.role.name())) }
                    td { (frame::time(account.made)) }
                    td { (frame::form(&desk, "/staff/accounts", &html! {
                        input type="hidden" name="account" value=(account.id);
                        div.actions {
                            @if account.disabled.is_some() {
                                button type="submit" name="act" value="enable" { (words.enable) span.hidden { " " (account.name) } }
                            } @else {
                                button type="submit" name="act" value="disable" { (words.disable) span.hidden { " " (account.name) } }
                            }
                            label for={ "p-" (account.id) } { (words.password) span.hidden { " " (account.name) } }
                            input id={ "p-" (account.id) } name="password" type="password" autocomplete="new-password";
                            button type="submit" name="act" value="password" { (words.set_password) span.hidden { " " (account.name) } }
                        }
                    })) }
                }
            } }
        } }
        h2 { (words.add) }
        (frame::form(&desk, "/staff/accounts", &html! {
            (frame::line(&words.name, "name", "", "text"))
            p.field { label for="role" { (words.role) }
                select #role name="role" { @for role in [Role::Staff, Role::Manager] {
                    option value=(role.name()) { (of(&desk.words().roles, role.name())) } } } }
            (frame::line(&words.password, "password", "", "password"))
            p.help { (words.password_help) }
            p { button type="submit" name="act" value="add" { (words.add) } }
        }))
    };
    Ok(frame::page(
        &desk,
        &words.title,
        "/staff/accounts",
        &content,
    ))
}

/// Adds an account, or changes one.
pub(super) async fn act(Sent { desk, fields }: Sent) -> Answer {
    desk.manager()?;
    let (store, account) = (&desk.store, fields.get("account"));
    let password = fields.get("password");
    let all = store.accounts().await?;
    let name = all.iter().find(|known| known.id == account);
    let name = name.map_or(fields.get("name"), |known| &known.name);
    let act = fields.get("act");
    // Nobody locks themselves out.
    if act == "disable" && account == desk.account.id {
        return Ok(frame::go(&desk, "/staff/accounts?done=own"));
    }
    let done = match act {
        "add" => {
            let role = fields.get("role").parse::<Role>();
            let role = role.map_err(|_| Trouble::Missing)?;
            store
                .add_account(name, role, password, now())
                .await
                .map(drop)
        }
        "password" => store.set_password(account, password).await.map(drop),
        "disable" => store.disable_account(account, Some(now())).await.map(drop),
        "enable" => store.disable_account(account, None).await.map(drop),
        _ => return Err(Trouble::Missing),
    };
    let told = match done {
        Ok(()) => "made",
        Err(StoreError::Limit(_)) => "short",
        Err(StoreError::Taken(_)) => "taken",
        Err(error) => return Err(error.into()),
    };
    if told == "made" {
        desk.note(&format!("account-{act}"), name).await?;
    }
    Ok(frame::go(&desk, &format!("/staff/accounts?done={told}")))
}
