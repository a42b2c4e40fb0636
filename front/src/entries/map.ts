// Grid shapes on a plain ground: choropleth, clustered cases, choosing a point; no tiles and no fonts from elsewhere.
import { whenPresent } from "../app/pages";
import { showMap } from "../map/show";

whenPresent("[data-map]", (place) => {
  if (!place.hidden) return void showMap(place);
  const watch = new MutationObserver(() => {
    if (place.hidden) return;
    watch.disconnect();
    void showMap(place);
  });
  watch.observe(place, { attributeFilter: ["hidden"] });
});
