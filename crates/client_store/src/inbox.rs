//! Where the own names can be reached, and the KeyPackages on their way there.

use protocol::home_url::HomeUrl;
use protocol::id::{DeviceLabel, InboxId};
use protocol::request::Admission;
use protocol::secret::SealKey;
use rusqlite::Row;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::id::PersonaId;
use crate::row::{cbor, fixed, home_url, seed};
use crate::store::Store;

/// An inbox of one of the own names.
pub struct InboxRow {
    /// The inbox's id at its home.
    pub inbox: InboxId,
    /// Whose it is.
    pub persona: PersonaId,
    /// Its home.
    pub home: HomeUrl,
    /// Seed of the owner's Ed25519 key.
    pub owner_seed: Zeroizing<[u8; 32]>,
    /// Seed of the X25519 pair that items are sealed to.
    pub hpke_seed: Zeroizing<[u8; 32]>,
    /// Seals what it publishes.
    pub seal_key: SealKey,
    /// This device's label.
    pub device: DeviceLabel,
    /// What pays for it at the home.
    pub admission: Admission,
    /// Whether the home has it.
    pub open: bool,
    /// Whether device list and last-resort KeyPackage are at the home.
    pub published: bool,
    /// The version of the device list.
    pub list_version: u64,
    /// Whether it was given up, and its home is to erase it.
    pub given_up: bool,
}

/// A sealed KeyPackage on its way to the home.
pub struct KeyPackageRow {
    /// Its local number.
    pub number: i64,
    /// Whether it is the last resort.
    pub last_resort: bool,
    /// The sealed bytes, the same at each try.
    pub sealed: Vec<u8>,
}

fn read(row: &Row<'_>) -> Result<InboxRow, StoreError> {
    let admission: Zeroizing<Vec<u8>> = Zeroizing::new(row.get("admission")?);
    let seal_key = seed(row, "seal_key")?;
    Ok(InboxRow {
        inbox: fixed(row, "inbox", InboxId::from_slice)?,
        persona: row.get("persona")?,
        home: home_url(row, "home_url")?,
        owner_seed: seed(row, "owner_seed")?,
        hpke_seed: seed(row, "hpke_seed")?,
        seal_key: SealKey::new(*seal_key),
        device: fixed(row, "device_label", DeviceLabel::from_slice)?,
        admission: cbor(&admission, "inbox.admission")?,
        open: row.get::<_, String>("state")? == "open",
        published: row.get("published")?,
        list_version: row.get("list_version")?,
        given_up: row.get::<_, Option<u64>>("given_up_s")?.is_some(),
    })
}

impl Store {
    /// Keeps a new inbox, not yet at its home.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_inbox(&self, inbox: &InboxRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO inbox (inbox, persona, home_url, owner_seed, hpke_seed, seal_key,
                 device_label, admission, list_version, state, number)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'new',
                 (SELECT coalesce(max(number), 0) + 1 FROM inbox))",
            (
                inbox.inbox.as_bytes(),
                inbox.persona,
                inbox.home.as_str(),
                inbox.owner_seed.as_slice(),
                inbox.hpke_seed.as_slice(),
                inbox.seal_key.expose(),
                inbox.device.as_bytes(),
                protocol::encoding::encoded(&inbox.admission),
                inbox.list_version,
            ),
        )?;
        Ok(())
    }

    /// The inboxes of one of the own names, those that their homes have in front, then the one that was made first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inboxes_of(&self, persona: PersonaId) -> Result<Vec<InboxRow>, StoreError> {
        self.rows(
            "SELECT * FROM inbox WHERE persona = ?1 AND given_up_s IS NULL
             ORDER BY state DESC, number, inbox",
            [persona],
            read,
        )
    }

    /// All inboxes.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inboxes(&self) -> Result<Vec<InboxRow>, StoreError> {
        self.rows(
            "SELECT * FROM inbox WHERE given_up_s IS NULL ORDER BY inbox",
            [],
            read,
        )
    }

    /// The inboxes that were given up and that their homes may have.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn given_up_inboxes(&self) -> Result<Vec<InboxRow>, StoreError> {
        self.rows(
            "SELECT * FROM inbox WHERE given_up_s IS NOT NULL ORDER BY inbox",
            [],
            read,
        )
    }

    /// One inbox.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inbox(&self, inbox: &InboxId) -> Result<Option<InboxRow>, StoreError> {
        self.row(
            "SELECT * FROM inbox WHERE inbox = ?1",
            [inbox.as_bytes()],
            read,
        )
    }

    /// The home has the inbox now; of one that was given up that is not taken note of.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_inbox_open(&self, inbox: &InboxId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE inbox SET state = 'open' WHERE inbox = ?1 AND given_up_s IS NULL",
            [inbox.as_bytes()],
        )?;
        Ok(())
    }

    /// Device list and last-resort KeyPackage are at the home.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_inbox_published(&self, inbox: &InboxId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE inbox SET published = 1 WHERE inbox = ?1",
            [inbox.as_bytes()],
        )?;
        Ok(())
    }

    /// This device has another label at an inbox, and is to publish a list that says so.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn set_label(
        &self,
        inbox: &[u8],
        device: &DeviceLabel,
        list_version: u64,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE inbox SET device_label = ?2, published = 0,
                 list_version = max(list_version + 1, ?3)
             WHERE inbox = ?1",
            (inbox, device.as_bytes(), list_version),
        )?;
        Ok(())
    }

    /// The ids of inboxes at which this device has no label yet.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn inboxes_without_label(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "SELECT inbox FROM inbox WHERE device_label = x'' ORDER BY inbox";
        self.rows(sql, [], |row| Ok(row.get(0)?))
    }

    /// Forgets an inbox that its home refused or was told to erase, with everything that waited for it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_inbox(&self, inbox: &InboxId) -> Result<(), StoreError> {
        self.empty_inbox(inbox)?;
        self.execute("DELETE FROM inbox WHERE inbox = ?1", [inbox.as_bytes()])?;
        Ok(())
    }

    fn empty_inbox(&self, inbox: &InboxId) -> Result<(), StoreError> {
        for table in ["key_package", "capability"] {
            self.execute(
                &format!("DELETE FROM {table} WHERE inbox = ?1"),
                [inbox.as_bytes()],
            )?;
        }
        Ok(())
    }

    /// Gives an inbox up at this time, Unix seconds, with everything that waited for it; its keys stay.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn give_up_inbox(&self, inbox: &InboxId, now_s: u64) -> Result<(), StoreError> {
        self.empty_inbox(inbox)?;
        self.execute(
            "UPDATE inbox SET given_up_s = ?2 WHERE inbox = ?1",
            (inbox.as_bytes(), now_s),
        )?;
        Ok(())
    }

    /// Forgets the inboxes that were given up before this time or after that one, both Unix seconds: clocks go wrong
    /// either way.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn forget_given_up(&self, before_s: u64, after_s: u64) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM inbox WHERE given_up_s < ?1 OR given_up_s > ?2",
            (before_s, after_s),
        )?;
        Ok(())
    }

    /// Keeps a sealed KeyPackage until the home has it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn insert_key_package(
        &self,
        inbox: &InboxId,
        last_resort: bool,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO key_package (inbox, last_resort, sealed) VALUES (?1, ?2, ?3)",
            (inbox.as_bytes(), last_resort, sealed),
        )?;
        Ok(())
    }

    /// The KeyPackages that wait for the home.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn key_packages_of(&self, inbox: &InboxId) -> Result<Vec<KeyPackageRow>, StoreError> {
        self.rows(
            "SELECT * FROM key_package WHERE inbox = ?1 ORDER BY number",
            [inbox.as_bytes()],
            |row| {
                Ok(KeyPackageRow {
                    number: row.get("number")?,
                    last_resort: row.get("last_resort")?,
                    sealed: row.get("sealed")?,
                })
            },
        )
    }

    /// The home has these.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn delete_key_package(&self, number: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM key_package WHERE number = ?1", [number])?;
        Ok(())
    }
}
