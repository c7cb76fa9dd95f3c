// Entries in the phone's own database (IndexedDB): what is entered outlives the page, the network and a restart.
import type { Entry } from "./entries.ts";

const DATABASE = "sargas-reports";
const STORE = "entries";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "reportId" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Does one thing in one transaction; it has happened when the promise is kept. */
async function during<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? asked.error);
    });
  } finally {
    database.close();
  }
}

/** Reads all entries, the latest observation first. */
export async function readEntries(): Promise<Entry[]> {
  const found = await during<Entry[]>("readonly", (store) => store.getAll());
  return found.sort((one, other) => other.seenMs - one.seenMs);
}

export async function readEntry(reportId: string): Promise<Entry | undefined> {
  return during<Entry | undefined>("readonly", (store) => store.get(reportId));
}

export async function keepEntry(entry: Entry): Promise<void> {
  await during("readwrite", (store) => store.put(entry));
}

export async function dropEntry(reportId: string): Promise<void> {
  await during("readwrite", (store) => store.delete(reportId));
}
