// Photos: shown at once, made smaller before they leave the phone (which also drops position and camera data).
import { announce, drawIcon, fill, whenPresent } from "./pages";
import { keepPhotos, keptPhotos } from "./photo_drafts";

const LONGEST_SIDE = 1920;
const QUALITY = 0.82;
const SMALL_ENOUGH = 400_000;

const isHeic = (file: File) => /hei[cf]/i.test(file.type) || /\.hei[cf]$/i.test(file.name);

/** A smaller JPEG of a photo, or the file as it is when the browser need not shrink it. Throws what is no picture to it. */
export async function shrinkPhoto(file: File): Promise<File> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (trouble) {
    if (isHeic(file)) return file; // most browsers cannot read what phones write; the server can
    throw trouble;
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= SMALL_ENOUGH && file.type === "image/jpeg") return file;
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

/** Why a file cannot be taken: each reason has another way out. */
export function troubleWith(file: File): "video" | "unreadable" {
  return file.type.startsWith("video/") ? "video" : "unreadable";
}

/** A photo as it is shown before it is sent; one that this browser cannot show is named. */
export function pictureOf(photo: Blob, words: string): HTMLImageElement {
  const image = document.createElement("img");
  image.src = URL.createObjectURL(photo);
  image.alt = words;
  image.onload = () => URL.revokeObjectURL(image.src);
  image.onerror = () => {
    const unseen = document.createElement("span");
    unseen.className = "unseen";
    unseen.textContent = words;
    image.replaceWith(unseen);
  };
  return image;
}

export function startPhotos(): void {
  whenPresent<HTMLElement>("[data-photos]", (picker) => {
    const input = picker.querySelector<HTMLInputElement>('input[type="file"]');
    const previews = picker.querySelector<HTMLElement>("[data-previews]");
    const words = picker.querySelector<HTMLElement>("[data-photo-words]");
    if (!input || !previews) return;
    const most = Number(picker.dataset.most ?? 6);
    const draft = input.form?.dataset.draft;
    let kept: File[] = [];
    const say = (sentence = "") => words && (words.textContent = sentence);

    const show = () => {
      const transfer = new DataTransfer();
      kept.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
      previews.replaceChildren(...kept.map(preview));
      picker.classList.toggle("full", kept.length >= most);
      picker.dispatchEvent(new CustomEvent("photos", { bubbles: true, detail: kept }));
    };
    const keepThese = (these: File[]) => {
      kept = these;
      show();
      if (draft) void keepPhotos(draft, input.name, kept);
    };
    const preview = (file: File, at: number): HTMLLIElement => {
      const item = document.createElement("li");
      const remove = document.createElement("button");
      remove.type = "button";
      remove.setAttribute("aria-label", `${picker.dataset.remove ?? ""} ${at + 1}`);
      remove.append(drawIcon("close"));
      remove.addEventListener("click", () => {
        keepThese(kept.filter((other) => other !== file));
        input.focus();
      });
      item.append(pictureOf(file, fill(picker.dataset.nth ?? "{nth}", { nth: at + 1 })), remove);
      return item;
    };
    input.addEventListener("change", async () => {
      const chosen = [...(input.files ?? [])];
      const more: File[] = [];
      let trouble = "";
      say(picker.dataset.preparing);
      for (const file of chosen) {
        if (kept.length + more.length >= most) {
          trouble = fill(picker.dataset.tooMany ?? "", { most });
          break;
        }
        try {
          more.push(await shrinkPhoto(file));
        } catch {
          trouble = fill(picker.dataset[troubleWith(file)] ?? "", { name: file.name });
        }
      }
      say(trouble);
      words?.classList.toggle("trouble", Boolean(trouble));
      keepThese([...kept, ...more]);
    });
    if (draft) {
      void keptPhotos(draft, input.name).then((found) => {
        if (!found.length || kept.length) return;
        kept = found;
        show();
        if (input.form) announce(input.form, "draft:photos");
      });
    }
  });
}
