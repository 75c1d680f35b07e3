import { useState } from "preact/hooks";
import { ask, problemOf, session } from "./api/ask.ts";
import type { Session } from "./api/types.ts";
import { words } from "./words.ts";

/** Takes a key of the API for a session. */
export function SignIn() {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const enter = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body = { accessKeyId: form.get("key"), secret: form.get("secret") };
    ask<Session>("POST", "/session", { body }).then(
      (found) => (session.value = found),
      (error: unknown) => {
        const { code, message } = problemOf(error);
        setProblem(code === "SignInFailed" ? words.signIn.wrong : message);
      },
    );
  };
  return (
    <main class="sign-in">
      <form onSubmit={enter}>
        <h1>{words.product}</h1>
        <p>{words.signIn.text}</p>
        <label class="field">
          <span>{words.signIn.key}</span>
          <input name="key" autocomplete="username" required spellcheck={false} />
        </label>
        <label class="field">
          <span>{words.signIn.secret}</span>
          <input name="secret" type="password" autocomplete="current-password" required />
        </label>
        {problem === undefined ? undefined : (
          <p class="form-problem" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" class="button button-main">
          {words.signIn.enter}
        </button>
      </form>
    </main>
  );
}
