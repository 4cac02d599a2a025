//! The profile's files: made, opened, looked at.
//!
//! A profile is made in this order: the seal, whole; the database; and last the mark that it is made, after which the person
//! hears of it. Whatever is there without the mark was confirmed to nobody, and making one begins anew. With the mark nothing
//! is ever made in the place of what is not found.

use client_store::{Store, StoreError, StoreKey};
use seal::{PasskeySeal, PassphraseSeal, SEAL_FILE, Seal};
use view::{Keeping, Kind, Opening, Passkey, Profile, Refused, Secret};
use zeroize::Zeroizing;

use super::browser::scope;
use super::storage::{Folder, Pool};
use crate::notes::Notes;
use crate::sentences;

/// The mark that a profile is made, and how it is kept.
const MADE: &str = "made.json";
/// What is noted beside it.
const NOTES: &str = "notes.json";

/// The mark's text.
#[derive(serde::Serialize, serde::Deserialize)]
struct Made {
    sealed: bool,
}

/// A key as bytes: the profile is opened with it here, and in the next tab.
pub type Key = Zeroizing<[u8; 32]>;

/// A profile whose file is open.
pub struct Opened {
    /// The files of SQLite.
    pub pool: Pool,
    /// The open file.
    pub store: Store,
    /// How it is kept.
    pub keeping: Keeping,
    /// The key, where it is sealed.
    pub key: Option<Key>,
}

/// Fresh randomness.
///
/// # Errors
/// [`Refused`] where the browser gives none.
pub fn fresh<const BYTES: usize>() -> Result<Zeroizing<[u8; BYTES]>, Refused> {
    let mut bytes = Zeroizing::new([0; BYTES]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| sentences::entropy())?;
    Ok(bytes)
}

/// How the profile stands while nobody has it.
pub async fn look() -> Profile {
    if !scope().is_some_and(|scope| scope.is_secure_context()) {
        return Profile::NoStorage(sentences::INSECURE.to_owned());
    }
    match try_look().await {
        Ok(profile) => profile,
        Err(refused) => Profile::NoStorage(refused.sentence),
    }
}

async fn try_look() -> Result<Profile, Refused> {
    let folder = Folder::open().await?;
    let Some(made) = made(&folder).await? else {
        return Ok(Profile::Missing);
    };
    if !made.sealed {
        return Ok(Profile::Closed(Keeping::Plain));
    }
    Ok(Profile::Closed(keeping(&seal(&folder).await?)))
}

async fn made(folder: &Folder) -> Result<Option<Made>, Refused> {
    let text = folder.read(MADE).await?;
    // An empty one was cut off.
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        // Notes come after the mark, and go before a profile is made: with them there was one that lost it.
        return match folder.read(NOTES).await? {
            Some(_) => Err(Refused::new(Kind::Storage, sentences::GONE)),
            None => Ok(None),
        };
    };
    let made = serde_json::from_slice(&text);
    made.map(Some).map_err(|_| sentences::seal_damaged())
}

async fn seal(folder: &Folder) -> Result<Seal, Refused> {
    let text = folder.read(SEAL_FILE).await?;
    let seal = text.and_then(|text| Seal::from_json(&text).ok());
    seal.ok_or_else(sentences::seal_damaged)
}

fn keeping(seal: &Seal) -> Keeping {
    match seal {
        Seal::Passphrase(_) => Keeping::Passphrase,
        Seal::Passkey(seal) => Keeping::Passkey(Passkey {
            credential: seal.credential().to_vec(),
            salt: *seal.salt(),
        }),
    }
}

/// The notes; none where they cannot be read.
pub async fn notes() -> Notes {
    let read = async { Folder::open().await?.read(NOTES).await };
    let text = read.await.ok().flatten().unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Keeps the notes.
///
/// # Errors
/// [`Refused`].
pub async fn write_notes(notes: &Notes) -> Result<(), Refused> {
    let text = serde_json::to_vec(notes).map_err(|_| sentences::storage("it takes no notes"))?;
    Folder::open().await?.write(NOTES, &text).await
}

/// Makes the profile and opens it. The caller has the lock.
///
/// # Errors
/// [`Refused`]; there is none then, or what was there before.
pub async fn make(opening: &Opening) -> Result<Opened, Refused> {
    let folder = Folder::open().await?;
    if made(&folder).await?.is_some() {
        return Err(sentences::there_already());
    }
    let sealed = match opening {
        Opening::Plain => None,
        Opening::Passphrase(secret) => {
            let salt = *fresh::<16>()?;
            let seal = Seal::Passphrase(PassphraseSeal::new(salt));
            let key = derive(&seal, secret)?;
            Some((seal, key))
        }
        Opening::Passkey(passkey, secret) => {
            let seal = PasskeySeal::new(&passkey.credential, passkey.salt);
            let seal = Seal::Passkey(seal.map_err(|_| sentences::no_passkey())?);
            let key = derive(&seal, secret)?;
            Some((seal, key))
        }
    };
    let pool = Pool::take().await?;
    match write_new(&folder, &pool, sealed.as_ref()).await {
        Ok(store) => Ok(Opened {
            pool,
            store,
            keeping: sealed
                .as_ref()
                .map_or(Keeping::Plain, |(seal, _)| keeping(seal)),
            key: sealed.map(|(_, key)| key),
        }),
        Err(refused) => {
            pool.release();
            Err(refused)
        }
    }
}

async fn write_new(
    folder: &Folder,
    pool: &Pool,
    sealed: Option<&(Seal, Key)>,
) -> Result<Store, Refused> {
    pool.remove_database()?;
    folder.remove(SEAL_FILE).await?;
    folder.remove(NOTES).await?;
    if let Some((seal, _)) = sealed {
        let text = seal.to_json().map_err(|_| sentences::seal_damaged())?;
        folder.write(SEAL_FILE, &text).await?;
    }
    let key = sealed.map(|(_, key)| StoreKey::new(**key));
    let store = Store::open(pool.database(), key.as_ref());
    let store = store.map_err(|error| sentences::of_store(&error))?;
    let made = Made {
        sealed: sealed.is_some(),
    };
    let text = serde_json::to_vec(&made).map_err(|_| sentences::seal_damaged())?;
    let marked = folder.write(MADE, &text).await;
    if marked.is_err() {
        // It is not there for anybody.
        let _ = folder.remove(MADE).await;
    }
    marked.map(|()| store)
}

/// What a passphrase or a passkey makes of a seal.
fn derive(seal: &Seal, secret: &Secret) -> Result<Key, Refused> {
    let bytes = secret.as_bytes();
    match seal {
        Seal::Passphrase(seal) => {
            let typed = std::str::from_utf8(bytes).unwrap_or_default();
            if typed.is_empty() {
                let said =
                    "An empty passphrase seals nothing; nothing was changed. Choose a longer one.";
                return Err(Refused::new(Kind::Invalid, said));
            }
            seal.key(typed).map_err(|_| sentences::seal_damaged())
        }
        Seal::Passkey(seal) => {
            let output = bytes.first_chunk().filter(|_| bytes.len() == 32);
            let output: &[u8; 32] = output.ok_or_else(sentences::no_passkey)?;
            Ok(seal.key(output))
        }
    }
}

/// Opens the profile. The caller has the lock.
///
/// # Errors
/// [`Refused`]; nothing was changed then.
pub async fn open(opening: &Opening) -> Result<Opened, Refused> {
    let folder = Folder::open().await?;
    let made = made(&folder).await?.ok_or_else(sentences::missing)?;
    let (key, keeping) = match (made.sealed, opening) {
        (false, Opening::Plain) => (None, Keeping::Plain),
        (true, Opening::Passphrase(secret) | Opening::Passkey(_, secret)) => {
            let seal = seal(&folder).await?;
            let is_passphrase = matches!(opening, Opening::Passphrase(_));
            if is_passphrase != matches!(seal, Seal::Passphrase(_)) {
                return Err(sentences::other_opening());
            }
            (Some(derive(&seal, secret)?), keeping(&seal))
        }
        _ => return Err(sentences::other_opening()),
    };
    open_with(key, keeping).await
}

/// Whether what is given would open the profile that is open, whose key this is; without a key nothing is asked.
///
/// # Errors
/// [`Refused`] if it would not.
pub async fn confirms(opening: &Opening, key: Option<&[u8]>) -> Result<(), Refused> {
    let Some(key) = key else {
        return Ok(());
    };
    let (Opening::Passphrase(secret) | Opening::Passkey(_, secret)) = opening else {
        return Err(sentences::other_opening());
    };
    let seal = seal(&Folder::open().await?).await?;
    let is_passphrase = matches!(opening, Opening::Passphrase(_));
    if is_passphrase != matches!(seal, Seal::Passphrase(_)) {
        return Err(sentences::other_opening());
    }
    if derive(&seal, secret)?.as_slice() == key {
        Ok(())
    } else if is_passphrase {
        Err(sentences::wrong_passphrase())
    } else {
        Err(sentences::wrong_key())
    }
}

/// Opens the profile with its key, as another tab gave it.
///
/// # Errors
/// As [`open`].
pub async fn open_with(key: Option<Key>, keeping: Keeping) -> Result<Opened, Refused> {
    let pool = Pool::take().await?;
    match open_store(&pool, key.as_ref(), &keeping) {
        Ok(store) => Ok(Opened {
            pool,
            store,
            keeping,
            key,
        }),
        Err(refused) => {
            pool.release();
            Err(refused)
        }
    }
}

fn open_store(pool: &Pool, key: Option<&Key>, keeping: &Keeping) -> Result<Store, Refused> {
    if !pool.has_database()? {
        return Err(Refused::new(Kind::Storage, sentences::GONE));
    }
    let key = key.map(|key| StoreKey::new(**key));
    Store::open_existing(pool.database(), key.as_ref()).map_err(|error| match (error, keeping) {
        (StoreError::WrongKey, Keeping::Passphrase) => sentences::wrong_passphrase(),
        (StoreError::WrongKey, _) => sentences::wrong_key(),
        (error, _) => sentences::of_store(&error),
    })
}
