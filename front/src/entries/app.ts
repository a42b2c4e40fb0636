// What every page needs: swapping fragments, staying current, keyboard, dialogs, drafts, photos, places.
import { startDialogs } from "../app/dialogs";
import { startDisplay } from "../app/display";
import { startDrafts } from "../app/drafts";
import { startKeyboard } from "../app/keyboard";
import { startLive } from "../app/live";
import { loadWhenNeeded } from "../app/loading";
import { startPhotos } from "../app/photos";
import { startPlaces } from "../app/places";
import { startPush } from "../app/push";
import { startSelection } from "../app/selection";
import { startSwapping } from "../app/swapping";
import { startTime } from "../app/time";
import { startToasts } from "../app/toasts";

startSwapping();
startDisplay();
startDialogs();
startToasts();
startTime();
startSelection();
startKeyboard();
startPhotos();
startPlaces();
startDrafts();
startLive();
startPush();
loadWhenNeeded();
