// What was dropped or chosen, as one list of files with their paths, folders walked to the bottom.

async function entriesOf(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return all;
    all.push(...some); // readers hand out a hundred at a time
  }
}

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function* filesUnder(entry) {
  if (entry.isFile) yield { file: await fileOf(entry), path: entry.fullPath.slice(1) };
  else for (const inner of await entriesOf(entry)) yield* filesUnder(inner);
}

/** Files of a drop. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const items = [];
  for (const entry of entries) for await (const item of filesUnder(entry)) items.push(item);
  return items;
}

/** Files of a file field. */
export const chosen = (files) => [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
