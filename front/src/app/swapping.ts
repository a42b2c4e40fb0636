// htmx, set up for a strict content policy, with the CSRF token on every change and words when a request fails.
import htmx from "htmx.org";

import { markOf, returnTo } from "./focus";
import { inChinese } from "./pages";
import { showToast } from "./toasts";
import { newestToken } from "./token";

export function startSwapping(): void {
  htmx.config.includeIndicatorStyles = false;
  htmx.config.allowEval = false;
  htmx.config.allowScriptTags = false;
  htmx.config.historyCacheSize = 0;
  htmx.config.selfRequestsOnly = true;
  // A refused form (409, 422) carries the page that says why: show it.
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true, error: false },
    { code: "[45]..", swap: false, error: true },
  ];
  (window as unknown as { htmx: typeof htmx }).htmx = htmx;

  document.addEventListener("htmx:configRequest", (event) => {
    const detail = (event as CustomEvent<{ verb: string; headers: Record<string, string> }>).detail;
    if (detail.verb !== "get") detail.headers["X-CSRFToken"] = newestToken();
  });
  let left = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = (event as CustomEvent<{ target: Element }>).detail.target;
    left = target.contains(document.activeElement) ? markOf(document.activeElement) : "";
  });
  document.addEventListener("htmx:afterSettle", () => {
    returnTo(left, document);
    left = "";
  });
  document.addEventListener("htmx:responseError", (event) => {
    const xhr = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail.xhr;
    const plain = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain");
    showToast(plain && xhr.responseText.length < 300 ? xhr.responseText : words("failed"), "bad");
  });
  document.addEventListener("htmx:sendError", () => showToast(words("unreachable"), "bad"));
}

function words(kind: "failed" | "unreachable"): string {
  const chinese = inChinese();
  if (kind === "failed") return chinese ? "没有成功，请稍后再试。" : "That did not work. Please try again in a moment.";
  return chinese ? "连接不上服务器，请检查网络。" : "The server cannot be reached. Please check the connection.";
}
