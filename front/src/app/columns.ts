// Rows of a table are cards on a phone: a cell whose words alone do not say what they are says which column it stands in.
const SELF_EVIDENT = ".pick, .tight:not(.numeric), [data-label], [colspan]";
const HOLDS_ITS_NAME = ".row-title, .deadline, .button, form, input";

function nameCells(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.stack")) {
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])].map((head) => head.textContent?.trim() ?? "");
    for (const row of [...table.tBodies].flatMap((body) => [...body.rows])) {
      if (row.cells.length !== heads.length) continue;
      [...row.cells].forEach((cell, at) => {
        if (at && !cell.matches(SELF_EVIDENT) && !cell.querySelector(HOLDS_ITS_NAME)) cell.dataset.label = heads[at];
      });
    }
  }
}

export function startColumns(): void {
  nameCells();
  document.addEventListener("htmx:afterSettle", nameCells);
}
