import type { ComponentChildren, JSX } from 'preact';
import { ServerRefusal } from '../shared/server-request.ts';
import type { AccountWords } from '../i18n/account/en.ts';

/** A text of these pages in the language that is chosen when it is shown. */
export type TextOf = (words: AccountWords) => string;

interface FormProps {
  readonly words: AccountWords;
  /** The result of the last attempt. */
  readonly message: TextOf | null;
  readonly button: { readonly text: string; readonly className: string; readonly isBusy?: boolean };
  readonly onSubmit: () => void;
  readonly children: ComponentChildren;
}

/** Fields, the result of the last attempt to send them, and the button that sends them. */
export function Form({ words, message, button, onSubmit, children }: FormProps): JSX.Element {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <p class="refusal" role="alert">
        {message?.(words)}
      </p>
      <button class={button.className} type="submit" aria-disabled={button.isBusy}>
        {button.text}
      </button>
    </form>
  );
}

/** Why a name and password, or a new password, were not accepted. */
export function credentialsRefusal(error: unknown): TextOf {
  if (!(error instanceof ServerRefusal)) return (words) => words.noAnswer;
  if (error.reason === 'weak-password') return (words) => words.passwordWeak;
  const { seconds } = error;
  if (error.status === 429) return (words) => words.wait(Math.max(1, Math.ceil(seconds / 60)));
  return (words) => words.wrong;
}
