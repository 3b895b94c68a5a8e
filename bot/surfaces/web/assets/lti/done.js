// A registration is done: the platform may close its frame or window.

for (const above of [window.opener, window.parent]) {
  if (above && above !== window) above.postMessage({ subject: "org.imsglobal.lti.close" }, "*"); // it holds nothing
}
