interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly type?: 'text' | 'password';
  readonly autocomplete: string;
  readonly hint?: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** A labelled text field. */
export function Field({ id, label, type = 'text', autocomplete, hint, value, onValue }: FieldProps) {
  const attributes = {
    id,
    autocomplete,
    spellcheck: false,
    autocapitalize: 'none',
    required: true,
    value,
    'aria-describedby': hint === undefined ? undefined : `${id}-hint`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'password' ? (
        <input type="password" {...attributes} />
      ) : (
        <input type="text" {...attributes} />
      )}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
