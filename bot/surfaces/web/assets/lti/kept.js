// What a browser remembers from the login to the launch, without a cookie: in the platform's page, where it offers that
// (LTI platform storage), or in this frame's own session.

const PATIENCE = 3000; // ms for the platform to answer

/** Remember a value; whether it is remembered. `place` is {key, storage, origin}: see below. */
export async function keep(place, value) {
  if (place.storage && (await ask(place, { subject: "lti.put_data", value })) === value) return true;
  try {
    sessionStorage.setItem(place.key, value);
    return sessionStorage.getItem(place.key) === value;
  } catch (error) { // a frame that may keep nothing
    console.info(String(error));
    return false;
  }
}

/** What is remembered under a key, or null. */
export async function recall(place) {
  const theirs = place.storage ? await ask(place, { subject: "lti.get_data" }) : null;
  if (theirs) return theirs;
  try {
    return sessionStorage.getItem(place.key);
  } catch (error) {
    console.info(String(error));
    return null;
  }
}

/** Ask the frame of the platform that is called `storage`, at `origin`, about a key; null where it does not answer. */
function ask({ key, storage, origin }, message) {
  const above = window.parent === window ? window.opener : window.parent;
  let target = null;
  try {
    target = storage === "_parent" ? above : above?.frames[storage];
  } catch (error) { // no frame of that name
    console.info(String(error));
  }
  if (!target) return Promise.resolve(null);
  const id = crypto.getRandomValues(new Uint32Array(4)).join("-");
  return new Promise((done) => {
    const listen = ({ source, origin: from, data }) => {
      if (source !== target || from !== origin || data?.message_id !== id) return;
      if (data.subject === `${message.subject}.response`) finish(data.error ? null : data.value ?? null);
    };
    const finish = (value) => {
      removeEventListener("message", listen);
      clearTimeout(timer);
      done(value);
    };
    const timer = setTimeout(finish, PATIENCE, null);
    addEventListener("message", listen);
    target.postMessage({ ...message, key, message_id: id }, origin);
  });
}
