// Pictures decoded ahead, so that a step is drawn in the frame after its key.

const KEPT = 10;
const kept = new Map(); // address -> promise of an image that is decoded

function load(url) {
  const image = new Image();
  image.decoding = "sync";
  image.src = url;
  return image.decode().then(
    () => image,
    () => image, // a picture that is gone shows as such
  );
}

/** A decoded image of that address; asking again is free. */
export function picture(url) {
  const known = kept.get(url) ?? load(url);
  kept.delete(url);
  kept.set(url, known);
  while (kept.size > KEPT) kept.delete(kept.keys().next().value);
  return known;
}
