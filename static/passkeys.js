// Passkeys: brings each form with data-passkey to life, and says when nothing came of it.
(() => {
  const message = document.querySelector("[data-passkey-message]");
  const IDS = {
    add: "passkey_button",
    authenticate: "passkey_button",
    login: "passkey_button",
    passwordless: "id_passwordless",
    credential: "id_credential",
    data: "js_data",
  };

  function say(words) {
    message.textContent = words;
    message.hidden = false;
  }

  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const isPlace = event.detail.exception.name === "SecurityError";
    say(
      isPlace
        ? "Passkeys need a name with https in the address bar, or localhost: not a number."
        : "Nothing came of it: the passkey was not used. Try again, or choose another way."
    );
  });

  const form = document.querySelector("form[data-passkey]");
  if (form && window.PublicKeyCredential) {
    document.getElementById(IDS.add).hidden = false;
    window.allauth.webauthn.forms[form.dataset.passkey]({ ids: IDS });
  }
})();
