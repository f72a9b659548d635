/** The IndexedDB of edits that the server does not have yet: of every person and every image. */
import type { PendingEdit } from "../model/edit.ts";

/** One edit that waits, with all that is needed to find it again. */
export interface KeptEdit {
  /** The client_id of the edit. */
  readonly id: string;
  /** Grows with every edit that is kept. */
  readonly number: number;
  readonly person: string;
  readonly annotation: string;
  readonly image: { readonly name: string; readonly url: string };
  /** The tab that looks after it. */
  readonly tab: string;
  readonly edit: PendingEdit;
}

const NAME = "coverslip";
const STORE = "outbox";

export class OutboxDatabase {
  #opened: Promise<IDBDatabase> | null = null;

  /** Resolves when the edits are on the disk, not only on the way there. */
  async put(...edits: readonly KeptEdit[]): Promise<void> {
    await this.#write((store) => {
      for (const edit of edits) store.put(edit);
    });
  }

  async delete(...ids: readonly string[]): Promise<void> {
    await this.#write((store) => {
      for (const id of ids) store.delete(id);
    });
  }

  /** All that one person has waiting, in the order in which it was drawn. */
  async of(person: string): Promise<KeptEdit[]> {
    const database = await this.#open();
    const found: IDBRequest<KeptEdit[]> = database
      .transaction(STORE)
      .objectStore(STORE)
      .index("person")
      .getAll(person);
    return (await answerOf(found)).sort((a, b) => a.number - b.number);
  }

  async #write(change: (store: IDBObjectStore) => void): Promise<void> {
    const database = await this.#open();
    const transaction = database.transaction(STORE, "readwrite", { durability: "strict" });
    change(transaction.objectStore(STORE));
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    // A tab that is closed now has handed over all that there is to write.
    transaction.commit();
    await done;
  }

  #open(): Promise<IDBDatabase> {
    const forget = () => {
      this.#opened = null;
    };
    this.#opened ??= open().then((database) => {
      database.onclose = forget;
      database.onversionchange = () => {
        database.close();
        forget();
      };
      return database;
    });
    // What failed once may work the next time.
    this.#opened.catch(forget);
    return this.#opened;
  }
}

/** Rejects where the browser keeps nothing: some private windows, a full disk, a broken profile. */
async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE, { keyPath: "id" });
    store.createIndex("person", "person");
  };
  return answerOf(request);
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
