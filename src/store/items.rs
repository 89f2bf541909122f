//! What helpers prepare for an elder.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::circles::{Act, Helper, log};
use super::secret;
use super::{Seconds, Store, StoreError, maybe, number, text};

/// A guide that a helper prepares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewItem {
    /// The guide.
    pub guide: String,
    /// What is ready, of what the guide says to bring.
    pub ticked: Vec<String>,
    /// When and where to go, in the helper's words; may be empty.
    pub appointment: String,
    /// What is read aloud to the elder; may be empty.
    pub note: String,
}

/// The same, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name here.
    pub id: String,
    /// The circle.
    pub circle: String,
    /// The helper, as long as they are one.
    pub helper: Option<String>,
    /// What the elder knows the helper as.
    pub helper_name: String,
    /// What was prepared.
    pub what: NewItem,
    /// When.
    pub made: Seconds,
    /// When the elder first heard it.
    pub heard: Option<Seconds>,
}

impl NewItem {
    /// The longest note, in characters.
    pub const LONGEST_NOTE: usize = 200;

    fn check(&self) -> Result<(), StoreError> {
        if self.note.chars().count() > Self::LONGEST_NOTE {
            return Err(StoreError::Limit("a note has at most 200 characters"));
        }
        if self.appointment.chars().count() > 60 {
            return Err(StoreError::Limit(
                "an appointment has at most 60 characters",
            ));
        }
        if self.ticked.len() > 40 || self.ticked.iter().any(|t| t.chars().count() > 200) {
            return Err(StoreError::Limit("the list of what is ready is too long"));
        }
        Ok(())
    }
}

/// A circle holds at most so much at once that nobody has taken back.
const MOST_ITEMS: i64 = 50;

impl Store {
    /// Keeps what a helper prepared; gives its name here.
    ///
    /// # Errors
    /// If it breaks a limit, or the database is away.
    pub async fn prepare(
        &self,
        helper: &Helper,
        item: &NewItem,
        now: Seconds,
    ) -> Result<String, StoreError> {
        item.check()?;
        let id = secret::id()?;
        let mut write = self.write().await?;
        let count = "SELECT COUNT(*) FROM circle_items WHERE circle = $1";
        let count = sqlx::query(count).bind(&helper.circle);
        if count.fetch_one(&mut *write).await?.try_get::<i64, _>(0)? >= MOST_ITEMS {
            return Err(StoreError::Limit(
                "there is too much prepared: take something back first",
            ));
        }
        let sql = "INSERT INTO circle_items (id, circle, helper, helper_name, guide, ticked, \
            appointment, note, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        sqlx::query(sql)
            .bind(&id)
            .bind(&helper.circle)
            .bind(&helper.id)
            .bind(&helper.name)
            .bind(&item.guide)
            .bind(list(&item.ticked))
            .bind(&item.appointment)
            .bind(&item.note)
            .bind(now)
            .execute(&mut *write)
            .await?;
        let (circle, name) = (&helper.circle, &helper.name);
        log(&mut write, circle, now, name, Act::Prepared, &item.guide).await?;
        write.commit().await?;
        Ok(id)
    }

    /// Changes what a helper prepared: only their own. The elder then hears it anew.
    ///
    /// # Errors
    /// If it breaks a limit, or the database is away.
    pub async fn change_item(
        &self,
        helper: &Helper,
        id: &str,
        item: &NewItem,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        item.check()?;
        let mut write = self.write().await?;
        let sql = "UPDATE circle_items SET guide = $1, ticked = $2, appointment = $3, note = $4, \
            made = $5, heard = NULL WHERE id = $6 AND circle = $7 AND helper = $8";
        let query = sqlx::query(sql)
            .bind(&item.guide)
            .bind(list(&item.ticked))
            .bind(&item.appointment)
            .bind(&item.note)
            .bind(now)
            .bind(id)
            .bind(&helper.circle)
            .bind(&helper.id);
        if query.execute(&mut *write).await?.rows_affected() == 0 {
            return Ok(false);
        }
        let (circle, name) = (&helper.circle, &helper.name);
        log(&mut write, circle, now, name, Act::Prepared, &item.guide).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Takes back what a helper prepared: only their own.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn take_back(
        &self,
        helper: &Helper,
        id: &str,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = "DELETE FROM circle_items WHERE id = $1 AND circle = $2 AND helper = $3 \
            RETURNING guide";
        let query = sqlx::query(sql)
            .bind(id)
            .bind(&helper.circle)
            .bind(&helper.id);
        let Some(row) = query.fetch_optional(&mut *write).await? else {
            return Ok(false);
        };
        let (circle, name, guide) = (&helper.circle, &helper.name, text(&row, "guide")?);
        log(&mut write, circle, now, name, Act::TookBack, &guide).await?;
        write.commit().await?;
        Ok(true)
    }

    /// What is prepared in a circle, the newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn items(&self, circle: &str) -> Result<Vec<Item>, StoreError> {
        let sql = "SELECT * FROM circle_items WHERE circle = $1 ORDER BY made DESC, id";
        let rows = sqlx::query(sql).bind(circle).fetch_all(&self.pool).await?;
        rows.iter().map(item_of).collect()
    }

    /// Notes that the elder has heard something; whether that was for the first time.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn mark_heard(
        &self,
        circle: &str,
        id: &str,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = "UPDATE circle_items SET heard = $1 \
            WHERE id = $2 AND circle = $3 AND heard IS NULL RETURNING helper_name, guide";
        let query = sqlx::query(sql).bind(now).bind(id).bind(circle);
        let Some(row) = query.fetch_optional(&mut *write).await? else {
            return Ok(false);
        };
        let (name, guide) = (text(&row, "helper_name")?, text(&row, "guide")?);
        log(&mut write, circle, now, &name, Act::Heard, &guide).await?;
        write.commit().await?;
        Ok(true)
    }
}

fn list(entries: &[String]) -> String {
    serde_json::Value::from(entries).to_string()
}

fn item_of(row: &AnyRow) -> Result<Item, StoreError> {
    let ticked = text(row, "ticked")?;
    Ok(Item {
        id: text(row, "id")?,
        circle: text(row, "circle")?,
        helper: row.try_get("helper")?,
        helper_name: text(row, "helper_name")?,
        what: NewItem {
            guide: text(row, "guide")?,
            ticked: serde_json::from_str(&ticked).map_err(|_| StoreError::Strange("list"))?,
            appointment: text(row, "appointment")?,
            note: text(row, "note")?,
        },
        made: number(row, "made")?,
        heard: maybe(row, "heard")?,
    })
}
