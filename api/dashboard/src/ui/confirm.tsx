import { createContext, useCallback, useContext, useState, type ReactNode } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";

export interface Question {
  title: string;
  /** what will follow, a sentence each: the expected price, what cannot be taken back */
  consequences: readonly ReactNode[];
  /** what the button says: the act, with its object */
  action: string;
  isDangerous?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const Asking = createContext<Ask>(() => Promise.resolve(false));

/** Return a function that asks a person before something is done, and resolves to whether it is to be done. */
export function useConfirmed(): Ask {
  return useContext(Asking);
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<{ question: Question; answer: (is: boolean) => void } | null>(null);
  const ask = useCallback<Ask>((question) => new Promise((answer) => setAsked({ question, answer })), []);
  const reply = (is: boolean) => {
    asked?.answer(is);
    setAsked(null);
  };
  return (
    <Asking value={ask}>
      {children}
      {asked !== null && (
        <Dialog title={asked.question.title} onClose={() => reply(false)}>
          <ul className="stack">
            {asked.question.consequences.map((said, number) => (
              <li key={number}>{said}</li>
            ))}
          </ul>
          <div className="row">
            <Button tone={asked.question.isDangerous === true ? "danger" : "primary"} onClick={() => reply(true)}>
              {asked.question.action}
            </Button>
            <Button onClick={() => reply(false)}>Cancel</Button>
          </div>
        </Dialog>
      )}
    </Asking>
  );
}
