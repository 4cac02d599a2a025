//! Passkeys, asked for the output of their pseudo-random function (WebAuthn Level 3, §10.1.4), from which the worker
//! makes the key.
//!
//! Written with plain objects: the types for this extension are not settled yet.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect, Uint8Array};
use leptos::prelude::window;
use view::{Passkey, Secret};
use wasm_bindgen::prelude::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::browser::property;
use crate::page::words::{KITH, Phrase, passkey as words};

/// Bytes of the function's output.
const OUTPUT_BYTES: u32 = 32;

/// Bytes of what is made up by chance: challenge, salt, user.
const RANDOM_BYTES: usize = 32;

/// ES256, EdDSA, RS256 (IANA COSE Algorithms): one of them every authenticator knows.
const ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// Whether this browser knows passkeys at all.
pub fn is_here() -> bool {
    property(window().as_ref(), "PublicKeyCredential").is_some()
}

/// Makes one, and asks it at once.
///
/// # Errors
/// A sentence.
pub async fn make() -> Result<(Passkey, Secret), Phrase> {
    let salt = random().ok_or_else(words::not_made)?;
    let options = creation(&salt).map_err(|_| words::not_made())?;
    let made = call("create", &options)
        .await
        .map_err(|_| words::not_made())?;
    let id = property(&made, "rawId").ok_or_else(words::not_made)?;
    let passkey = Passkey {
        credential: Uint8Array::new(&id).to_vec(),
        salt,
    };
    let prf = prf(&made).ok_or_else(words::no_prf)?;
    if let Some(secret) = output(&prf) {
        return Ok((passkey, secret));
    }
    let enabled = property(&prf, "enabled").and_then(|enabled| enabled.as_bool());
    if enabled != Some(true) {
        return Err(words::no_prf());
    }
    // Many answer only when they are asked for something, not when they are made.
    let secret = ask(&passkey).await?;
    Ok((passkey, secret))
}

/// Asks the one that a profile is sealed with.
///
/// # Errors
/// A sentence.
pub async fn ask(passkey: &Passkey) -> Result<Secret, Phrase> {
    if !is_here() {
        return Err(words::none_here());
    }
    let options = request(passkey).map_err(|_| words::not_given())?;
    let given = call("get", &options)
        .await
        .map_err(|_| words::not_given())?;
    let prf = prf(&given).ok_or_else(words::no_prf)?;
    output(&prf).ok_or_else(words::no_prf)
}

fn random() -> Option<[u8; RANDOM_BYTES]> {
    let mut bytes = [0; RANDOM_BYTES];
    let crypto = window().crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

/// An object of what JSON can say, to which the bytes are added.
fn object(json: &str) -> Result<JsValue, JsValue> {
    JSON::parse(json)
}

fn set(of: &JsValue, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(of, &JsValue::from_str(name), value).map(|_| ())
}

fn get(of: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &JsValue::from_str(name))
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn extensions(salt: &[u8; RANDOM_BYTES]) -> Result<JsValue, JsValue> {
    let extensions = object(r#"{"prf": {"eval": {}}}"#)?;
    let eval = get(&get(&extensions, "prf")?, "eval")?;
    set(&eval, "first", &bytes(salt))?;
    Ok(extensions)
}

fn challenge() -> Result<JsValue, JsValue> {
    let challenge = random().ok_or(JsValue::UNDEFINED)?;
    Ok(bytes(&challenge))
}

fn creation(salt: &[u8; RANDOM_BYTES]) -> Result<Object, JsValue> {
    let options = object(
        r#"{"rp": {}, "user": {}, "attestation": "none",
            "authenticatorSelection": {"residentKey": "preferred", "userVerification": "required"}}"#,
    )?;
    set(&options, "challenge", &challenge()?)?;
    let rp = get(&options, "rp")?;
    set(&rp, "id", &window().location().hostname()?.into())?;
    set(&rp, "name", &KITH.into())?;
    let user = get(&options, "user")?;
    set(&user, "id", &challenge()?)?;
    set(&user, "name", &KITH.into())?;
    set(&user, "displayName", &KITH.into())?;
    let kinds = Array::new();
    for algorithm in ALGORITHMS {
        let kind = object(r#"{"type": "public-key"}"#)?;
        set(&kind, "alg", &algorithm.into())?;
        kinds.push(&kind);
    }
    set(&options, "pubKeyCredParams", &kinds)?;
    set(&options, "extensions", &extensions(salt)?)?;
    public_key(&options)
}

fn request(passkey: &Passkey) -> Result<Object, JsValue> {
    let options = object(r#"{"userVerification": "required"}"#)?;
    set(&options, "challenge", &challenge()?)?;
    set(&options, "rpId", &window().location().hostname()?.into())?;
    let credential = object(r#"{"type": "public-key"}"#)?;
    set(&credential, "id", &bytes(&passkey.credential))?;
    set(&options, "allowCredentials", &Array::of1(&credential))?;
    set(&options, "extensions", &extensions(&passkey.salt)?)?;
    public_key(&options)
}

fn public_key(options: &JsValue) -> Result<Object, JsValue> {
    let outer = Object::new();
    set(&outer, "publicKey", options)?;
    Ok(outer)
}

/// Calls `navigator.credentials.create` or `.get`.
async fn call(name: &str, options: &Object) -> Result<JsValue, JsValue> {
    let credentials = get(window().navigator().as_ref(), "credentials")?;
    let function: Function = get(&credentials, name)?.dyn_into()?;
    let promise: Promise = function.call1(&credentials, options)?.dyn_into()?;
    JsFuture::from(promise).await
}

fn prf(credential: &JsValue) -> Option<JsValue> {
    let results = property(credential, "getClientExtensionResults")?;
    let results = results
        .dyn_into::<Function>()
        .ok()?
        .call0(credential)
        .ok()?;
    property(&results, "prf")
}

/// The function's output, if it was given; the browser's copy of it is wiped.
fn output(prf: &JsValue) -> Option<Secret> {
    let first = property(&property(prf, "results")?, "first")?;
    let first = Uint8Array::new(&first);
    let secret = Secret::new(first.to_vec());
    first.fill(0, 0, first.length());
    (first.length() == OUTPUT_BYTES).then_some(secret)
}
