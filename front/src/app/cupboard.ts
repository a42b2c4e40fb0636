// A cupboard in the browser (IndexedDB): what is put away lies on the phone's disk before we go on.

type Work = <T>(store: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => Promise<T>;

/** One database by name; it is opened at the first use, and again when the browser closed it. */
export function cupboard(name: string, version: number, furnish: (database: IDBDatabase) => void): Work {
  let opened: Promise<IDBDatabase> | null = null;

  const open = (): Promise<IDBDatabase> => {
    opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open(name, version);
      asked.onupgradeneeded = () => furnish(asked.result);
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close();
        asked.result.onclose = () => (opened = null);
        done(asked.result);
      };
      asked.onerror = () => {
        opened = null;
        failed(asked.error);
      };
    });
    return opened;
  };

  return async (store, mode, act) => {
    const database = await open();
    return new Promise((done, failed) => {
      // "strict": on the disk of the phone, not only in its memory, before anybody is told that it is kept.
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const asked = act(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = transaction.onerror = () => failed(transaction.error ?? asked.error);
    });
  };
}
