/** Controls with their label, a hint and what is wrong: give `error` from `fieldErrorsOf(problem)[name]`. */
import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from "react";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null | undefined;
}

interface Wired {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
}

/** A label, a control of one's own, a hint and an error, tied together. */
export function Field({ label, hint, error, children }: FieldProps & { children: (wired: Wired) => ReactNode }) {
  const id = useId();
  const hasError = error !== null && error !== undefined;
  const described = [hint !== undefined && `${id}-hint`, hasError && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": described || undefined, "aria-invalid": hasError || undefined })}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {hasError && (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

type InputProps = FieldProps & Omit<InputHTMLAttributes<HTMLInputElement>, "id">;

export function TextField({ label, hint, error, ...rest }: InputProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => <input type="text" autoComplete="off" {...rest} {...wired} className="input" />}
    </Field>
  );
}

type AreaProps = FieldProps & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id">;

export function TextArea({ label, hint, error, ...rest }: AreaProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => <textarea {...rest} {...wired} className="input" />}
    </Field>
  );
}

type SelectProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, "id" | "onChange"> & {
    options: readonly { value: string; title: string }[];
    onChoose: (value: string) => void;
  };

export function Select({ label, hint, error, options, onChoose, ...rest }: SelectProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wired) => (
        <select {...rest} {...wired} className="input" onChange={(event) => onChoose(event.target.value)}>
          {options.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckProps {
  label: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  disabledReason?: string | null;
}

export function Check({ label, isChecked, onChange, disabledReason = null }: CheckProps) {
  const id = useId();
  return (
    <span className="check" title={disabledReason ?? undefined}>
      <input
        id={id}
        type="checkbox"
        checked={isChecked}
        disabled={disabledReason !== null}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
    </span>
  );
}
