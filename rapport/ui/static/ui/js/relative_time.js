// "12 min ago" stays true while the page is open; from an hour on the server's words hold.
import { say } from "./common.js";

function renew() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("time[data-when]")) {
    const minutes = Math.round((new Date(element.dateTime) - Date.now()) / 60000);
    if (Number.isNaN(minutes)) continue;
    if (minutes === 0) element.textContent = say("now");
    else if (minutes < 0 && minutes > -60) element.textContent = say("min_ago", { n: -minutes });
    else if (minutes > 0 && minutes < 60) element.textContent = say("in_min", { n: minutes });
    else if (minutes <= -60 && minutes > -63) element.textContent = new Date(element.dateTime).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  }
}
setInterval(renew, 30000);
document.addEventListener("visibilitychange", renew);
