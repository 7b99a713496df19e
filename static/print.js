// Buttons that print the page: hidden without script, because they could do nothing then.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
