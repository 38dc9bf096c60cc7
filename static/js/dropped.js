// What was dropped or chosen, as batches: one for each folder or archive, one for loose files.

const isArchive = (file) => /\.zip$/i.test(file.name);

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

function batches(items) {
  const groups = new Map();
  for (const { file, path } of items) {
    const top = path.includes("/") ? path.split("/")[0] : isArchive(file) ? file.name : "files";
    if (!groups.has(top)) groups.set(top, []);
    groups.get(top).push({ file, path });
  }
  return [...groups].map(([name, files]) => ({ name, files }));
}

/** Batches of a drop, folders walked to the bottom. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const items = [];
  for (const entry of entries) for await (const item of filesUnder(entry)) items.push(item);
  return batches(items);
}

/** Batches of a file field. */
export const chosen = (files) =>
  batches([...files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
