// Photos: shown at once, made smaller before they leave the phone (which also drops position and camera data).
import { drawIcon, fill, whenPresent } from "./pages";

const LONGEST_SIDE = 1920;
const QUALITY = 0.82;
const SMALL_ENOUGH = 400_000;

/** A smaller JPEG of a photo, or the file as it is when the browser cannot read or need not shrink it. */
export async function shrinkPhoto(file: File): Promise<File> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
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

export function startPhotos(): void {
  whenPresent<HTMLElement>("[data-photos]", (picker) => {
    const input = picker.querySelector<HTMLInputElement>('input[type="file"]');
    const previews = picker.querySelector<HTMLElement>("[data-previews]");
    const words = picker.querySelector<HTMLElement>("[data-photo-words]");
    if (!input || !previews) return;
    const most = Number(picker.dataset.most ?? 6);
    let kept: File[] = [];

    const show = () => {
      const transfer = new DataTransfer();
      kept.forEach((file) => transfer.items.add(file));
      input.files = transfer.files;
      previews.replaceChildren(...kept.map(preview));
      picker.dispatchEvent(new CustomEvent("photos", { bubbles: true, detail: kept }));
    };
    const preview = (file: File): HTMLLIElement => {
      const item = document.createElement("li");
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = file.name;
      image.onload = () => URL.revokeObjectURL(image.src);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.setAttribute("aria-label", picker.dataset.remove ?? "");
      remove.append(drawIcon("close"));
      remove.addEventListener("click", () => {
        kept = kept.filter((other) => other !== file);
        show();
      });
      item.append(image, remove);
      return item;
    };
    input.addEventListener("change", async () => {
      const chosen = [...(input.files ?? [])];
      let trouble = "";
      for (const file of chosen) {
        if (kept.length >= most) {
          trouble = fill(picker.dataset.tooMany ?? "", { most });
          break;
        }
        try {
          kept.push(await shrinkPhoto(file));
        } catch {
          trouble = fill(picker.dataset.unreadable ?? "", { name: file.name });
        }
      }
      if (words) words.textContent = trouble;
      show();
    });
  });
}
