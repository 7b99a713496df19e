/* Says while somebody types what a score means. Every number and word comes from the page's data
   attributes, which the server writes from the measure; without this script the same words come
   after saving. */
"use strict";

(() => {
  const figures = (number) => String(Number(number.toFixed(2)));

  /** What the page says of one measure. */
  const rulesOf = (box) => ({
    items: Number(box.dataset.items),
    maximum: Number(box.dataset.maximum),
    missingAllowed: Number(box.dataset.missingAllowed),
    reliableChange: Number(box.dataset.reliableChange),
    riskItem: box.dataset.riskItem,
    bands: JSON.parse(box.dataset.bands),
    scores: JSON.parse(box.dataset.scores),
    improved: box.dataset.improved,
    unchanged: box.dataset.unchanged,
    worse: box.dataset.worse,
    firstScore: box.dataset.firstScore,
  });

  const bandOf = (rules, total) =>
    rules.bands.filter(([lower]) => total >= lower).at(-1)[1];

  const stepOf = (points) => {
    if (points === 0) return "the same as";
    return `${figures(Math.abs(points))} ${points < 0 ? "lower" : "higher"} than`;
  };

  const changeOf = (rules, fall) => {
    if (fall >= rules.reliableChange) return rules.improved;
    return -fall >= rules.reliableChange ? rules.worse : rules.unchanged;
  };

  /** The same sentence as practice/domain/score_words.py; a browser test holds them together. */
  const words = (rules, total, day) => {
    const earlier = rules.scores
      .filter(([on, , comesLater]) => day === "" || on < day || (on === day && !comesLater))
      .map(([, score]) => Number(score));
    const said = `${figures(total)} ${bandOf(rules, total)}`;
    if (earlier.length === 0) return `${said}; ${rules.firstScore}`;
    const [first, last] = [earlier[0], earlier.at(-1)];
    const change = changeOf(rules, Number((first - total).toFixed(2)));
    const step = stepOf(Number((total - last).toFixed(2)));
    return `${said}; ${step} last time, ${change} since the start (${figures(first)})`;
  };

  /** The figures beside the answers ticked, in which reversed items are turned round already. */
  const ticked = (box) =>
    [...box.querySelectorAll(".entry-item input:checked")]
      .map((input) => input.dataset.shown)
      .filter((shown) => shown !== "")
      .map(Number);

  const fromItems = (rules, points) => {
    if (points.length === 0 || rules.items - points.length > rules.missingAllowed) return null;
    const sum = points.reduce((one, other) => one + other, 0);
    return Number(((sum * rules.items) / points.length).toFixed(2));
  };

  const typedTotal = (box) => box.querySelector("[name$='-total']").value.trim();

  const meaning = (box, day) => {
    const rules = rulesOf(box);
    const points = ticked(box);
    const made = fromItems(rules, points);
    const typed = typedTotal(box);
    if (typed !== "") {
      const total = Number(typed);
      const whole = rules.missingAllowed > 0 || Number.isInteger(total);
      if (!(total >= 0 && total <= rules.maximum && whole)) return `0 to ${rules.maximum}`;
      const sentence = words(rules, total, day);
      return made === null || made === total
        ? sentence
        : `${sentence}. The items make ${figures(made)}: correct one of the two`;
    }
    if (made !== null) return words(rules, made, day);
    if (points.length === 0) return "";
    const sum = points.reduce((one, other) => one + other, 0);
    return `${sum} so far, ${points.length} of ${rules.items} items`;
  };

  const dayTyped = (form) => {
    const field = form.querySelector("[name='date']");
    return field ? field.value : "";
  };

  const say = (form) => {
    for (const box of form.querySelectorAll(".entry-score")) {
      const place = box.querySelector(".entry-said");
      const said = meaning(box, dayTyped(form));
      // Only what is new is said aloud by a screen reader.
      if (place.textContent !== said) place.textContent = said;
    }
  };

  const isAnsweredByItems = (box) => ticked(box).length > 0;

  /** The risk item stands beside the total and among the items: one answer, wherever it is given. */
  const keepRiskInStep = (box, changed) => {
    const number = box.dataset.riskItem;
    const field = box.querySelector("[name$='-risk']");
    const item = number ? box.querySelector(`.entry-item[data-item='${number}']`) : null;
    if (!field || !item) return;
    const tick = () => {
      const same = [...item.querySelectorAll("input")].find(
        (input) => input.value === field.value.trim(),
      );
      if (same) same.checked = true;
    };
    if (item.contains(changed)) field.value = changed.value;
    else if (changed.closest(".entry-item") || (changed === field && isAnsweredByItems(box))) tick();
  };

  /** A figure key ticks the answer with this figure and goes on; Backspace takes the answer away. */
  const answerByKey = (event) => {
    const item = event.target.closest(".entry-item");
    if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
    const shown = ["Backspace", "Delete", "-"].includes(event.key) ? "" : event.key;
    if (shown !== "" && !/^[0-9]$/.test(shown)) return;
    const input = item.querySelector(`input[data-shown='${shown}']`);
    if (!input) return;
    event.preventDefault();
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const next = item.nextElementSibling;
    const on = shown !== "" && next && next.matches(".entry-item") ? next : item;
    on.querySelector("input:checked").focus();
  };

  const hideWhatIsNotAsked = (form) => {
    const kind = form.querySelector("[name='kind']");
    if (!kind) return;
    for (const part of form.querySelectorAll("[data-hidden-for]")) {
      // What is wrong, or would be lost, stays to be seen.
      const words = part.querySelector("textarea")?.value.trim() ?? "";
      const mustStay = part.querySelector(".errorlist") !== null || words !== "";
      part.hidden = kind.value === part.dataset.hiddenFor && !mustStay;
    }
  };

  for (const form of document.querySelectorAll("form.entry")) {
    form.addEventListener("input", (event) => {
      const box = event.target.closest(".entry-score");
      if (box) keepRiskInStep(box, event.target);
      say(form);
    });
    form.addEventListener("change", (event) => {
      const box = event.target.closest(".entry-score");
      if (box) keepRiskInStep(box, event.target);
      hideWhatIsNotAsked(form);
      say(form);
    });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.ctrlKey) form.requestSubmit();
      else answerByKey(event);
    });
    hideWhatIsNotAsked(form);
    say(form);
  }
})();
