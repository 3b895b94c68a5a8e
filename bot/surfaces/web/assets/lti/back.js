// Sends a form back to the platform at once.

/** @type {HTMLFormElement} */ (document.getElementById("back")).submit();
