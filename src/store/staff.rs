//! The staff's accounts, and who is signed in.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::is_taken;
use super::secret::{self, Secret, digest};
use super::{Seconds, Store, StoreError, maybe, number, text};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Writes guides, publishes them, looks at the figures.
    Staff,
    /// Also accounts, settings, export, deletion, the audit log.
    Manager,
}

impl Role {
    /// As it is kept, and as locale files name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Manager => "manager",
        }
    }
}

/// A text does not name a role.
#[derive(Debug, thiserror::Error)]
#[error("there is no role {0:?}: use staff or manager")]
pub struct UnknownRole(String);

impl std::str::FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "staff" => Ok(Self::Staff),
            "manager" => Ok(Self::Manager),
            _ => Err(UnknownRole(text.to_owned())),
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name here.
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// Since when.
    pub made: Seconds,
    /// Since when it may not sign in any more.
    pub disabled: Option<Seconds>,
}

/// A session, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// Until when.
    pub expires: Seconds,
}

/// The shortest password, in characters.
const SHORTEST: usize = 10;
/// So many failed attempts within [`WINDOW`] lock a name or an address for that long.
const ATTEMPTS: i64 = 8;
const WINDOW: Seconds = 15 * 60;

impl Store {
    /// Makes an account.
    ///
    /// # Errors
    /// If the password is too short, the name is taken, or the database is away.
    pub async fn add_account(
        &self,
        name: &str,
        role: Role,
        password: &str,
        now: Seconds,
    ) -> Result<Account, StoreError> {
        let account = Account {
            id: secret::id()?,
            name: name.trim().to_owned(),
            role,
            made: now,
            disabled: None,
        };
        if account.name.is_empty() || account.name.chars().count() > 40 {
            return Err(StoreError::Limit(
                "an account's name has 1 to 40 characters",
            ));
        }
        let sql = "INSERT INTO staff (id, name, role, password_hash, made) \
            VALUES ($1, $2, $3, $4, $5)";
        let inserted = sqlx::query(sql)
            .bind(&account.id)
            .bind(&account.name)
            .bind(role.name())
            .bind(hash(password).await?)
            .bind(now)
            .execute(&self.pool)
            .await;
        match inserted {
            Ok(_) => Ok(account),
            Err(error) if is_taken(&error) => Err(StoreError::Taken(account.name)),
            Err(error) => Err(error.into()),
        }
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = "SELECT id, name, role, made, disabled FROM staff ORDER BY name";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(account_of).collect()
    }

    /// Sets a new password, and ends the account's sessions.
    ///
    /// # Errors
    /// If the password is too short, or the database is away.
    pub async fn set_password(&self, account: &str, password: &str) -> Result<bool, StoreError> {
        let hash = hash(password).await?;
        let mut write = self.write().await?;
        let set = "UPDATE staff SET password_hash = $1 WHERE id = $2";
        let set = sqlx::query(set).bind(hash).bind(account);
        let changed = set.execute(&mut *write).await?.rows_affected() > 0;
        let end = "DELETE FROM staff_sessions WHERE staff = $1";
        sqlx::query(end).bind(account).execute(&mut *write).await?;
        write.commit().await?;
        Ok(changed)
    }

    /// Disables an account, and ends its sessions; or enables it again.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn disable_account(
        &self,
        account: &str,
        disabled: Option<Seconds>,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let set = "UPDATE staff SET disabled = $1 WHERE id = $2";
        let set = sqlx::query(set).bind(disabled).bind(account);
        let changed = set.execute(&mut *write).await?.rows_affected() > 0;
        if disabled.is_some() {
            let end = "DELETE FROM staff_sessions WHERE staff = $1";
            sqlx::query(end).bind(account).execute(&mut *write).await?;
        }
        write.commit().await?;
        Ok(changed)
    }

    /// Whether a name or an address has failed too often of late to try again.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn is_locked(&self, subject: &str, now: Seconds) -> Result<bool, StoreError> {
        let sql = "SELECT COUNT(*) FROM attempts WHERE subject = $1 AND at > $2";
        let query = sqlx::query(sql).bind(digest(subject)).bind(now - WINDOW);
        let count: i64 = query.fetch_one(&self.pool).await?.try_get(0)?;
        Ok(count >= ATTEMPTS)
    }

    /// Notes a failed attempt of a name or an address.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn note_failure(&self, subject: &str, now: Seconds) -> Result<(), StoreError> {
        let sql = "INSERT INTO attempts (subject, at) VALUES ($1, $2)";
        let query = sqlx::query(sql).bind(digest(subject)).bind(now);
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// The account, if name and password are right and it is not disabled. Takes as long for
    /// a name that is not there.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn account_by_password(
        &self,
        name: &str,
        password: &str,
    ) -> Result<Option<Account>, StoreError> {
        let sql = "SELECT id, name, role, made, disabled, password_hash FROM staff WHERE name = $1";
        let query = sqlx::query(sql).bind(name.trim());
        let row = query.fetch_optional(&self.pool).await?;
        let kept = row.as_ref().map(|row| text(row, "password_hash"));
        let right = is_right(password.to_owned(), kept.transpose()?).await?;
        let account = row.as_ref().map(account_of).transpose()?;
        Ok(account.filter(|account| right && account.disabled.is_none()))
    }

    /// Begins a session.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn begin_session(
        &self,
        account: &str,
        now: Seconds,
        expires: Seconds,
    ) -> Result<Secret, StoreError> {
        let token = Secret::token()?;
        let sql = "INSERT INTO staff_sessions (token_hash, staff, made, expires) \
            VALUES ($1, $2, $3, $4)";
        sqlx::query(sql)
            .bind(digest(token.as_str()))
            .bind(account)
            .bind(now)
            .bind(expires)
            .execute(&self.pool)
            .await?;
        Ok(token)
    }

    /// Whose session it is, if it is valid.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn session(&self, token: &str, now: Seconds) -> Result<Option<SignedIn>, StoreError> {
        let sql = "SELECT s.id, s.name, s.role, s.made, s.disabled, t.expires FROM staff s \
            JOIN staff_sessions t ON t.staff = s.id \
            WHERE t.token_hash = $1 AND t.expires > $2 AND s.disabled IS NULL";
        let query = sqlx::query(sql).bind(digest(token)).bind(now);
        let Some(row) = query.fetch_optional(&self.pool).await? else {
            return Ok(None);
        };
        Ok(Some(SignedIn {
            account: account_of(&row)?,
            expires: number(&row, "expires")?,
        }))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn end_session(&self, token: &str) -> Result<(), StoreError> {
        let sql = "DELETE FROM staff_sessions WHERE token_hash = $1";
        let query = sqlx::query(sql).bind(digest(token));
        query.execute(&self.pool).await?;
        Ok(())
    }
}

fn account_of(row: &AnyRow) -> Result<Account, StoreError> {
    let role = text(row, "role")?;
    Ok(Account {
        id: text(row, "id")?,
        name: text(row, "name")?,
        role: role.parse().map_err(|_| StoreError::Strange("role"))?,
        made: number(row, "made")?,
        disabled: maybe(row, "disabled")?,
    })
}

/// Argon2id with the crate's defaults (19 MiB, 2 passes: OWASP's first choice), off the
/// threads that answer requests.
async fn hash(password: &str) -> Result<String, StoreError> {
    if password.chars().count() < SHORTEST {
        return Err(StoreError::Limit("a password has at least 10 characters"));
    }
    let password = password.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string())
    });
    let failed = |error: String| StoreError::Password(error);
    let hashed = hashed.await.map_err(|error| failed(error.to_string()))?;
    hashed.map_err(|error| failed(error.to_string()))
}

async fn is_right(password: String, kept: Option<String>) -> Result<bool, StoreError> {
    let checked = tokio::task::spawn_blocking(move || {
        let Some(kept) = kept else {
            // The same work for nobody: a name cannot be guessed by the clock.
            let _ = Argon2::default().hash_password(password.as_bytes());
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), kept.as_str())
            .is_ok()
    });
    checked
        .await
        .map_err(|error| StoreError::Password(error.to_string()))
}
