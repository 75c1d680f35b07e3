/** Shells that can be told. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A command, as shells complete it. */
export interface CompletedCommand {
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  /** What its argument can be; none: files are offered. */
  readonly words: readonly string[];
  readonly options: readonly {
    /** With its hyphens. */
    readonly long: string;
    readonly short: string | undefined;
    readonly description: string;
    /** undefined: it takes none. Without words, and no path: nothing is offered. */
    readonly value: { readonly words: readonly string[]; readonly isPath: boolean } | undefined;
  }[];
}

type Option = CompletedCommand["options"][number];

/** The text that a shell reads to complete `offhook`. Nothing of ours is started when somebody presses the key. */
export function printCompletion(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case "bash":
      return printBash(commands);
    case "zsh":
      return printZsh(commands);
    case "fish":
      return printFish(commands);
    default:
      return shell satisfies never;
  }
}

function printBash(commands: readonly CompletedCommand[]): string {
  const words = (list: readonly string[]) => `COMPREPLY=($(compgen -W ${quote(list.join(" "))} -- "$word"))`;
  const values = commands.flatMap(({ name, options }) =>
    options.flatMap((option) => {
      const { value } = option;
      if (value === undefined) return [];
      const patterns = flagsOf(option).map((flag) => `"${name} ${flag}"`);
      const files = `COMPREPLY=($(compgen -f -- "$word"))`;
      const does = value.isPath ? files : value.words.length > 0 ? words(value.words) : "COMPREPLY=()";
      return [`    ${patterns.join(" | ")}) ${does}; return ;;`];
    }),
  );
  const options = commands.map(({ name, options: all }) => `      ${name}) ${words(all.flatMap(flagsOf))} ;;`);
  const fixed = commands.filter(({ words: { length } }) => length > 0);
  const argumentsOf = fixed.map(({ name, words: list }) => `    ${name}) ${words(list)}; return ;;`);
  return `# Completion of offhook in bash; printed by: offhook completion bash
_offhook() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command="\${COMP_WORDS[1]}"
  local IFS=$' \\n'
  if ((COMP_CWORD == 1)); then
    ${words([...commands.map(({ name }) => name), "--help", "--version"])}
    return
  fi
  case "$command $before" in
${values.join("\n")}
  esac
  if [[ $word == -* ]]; then
    case "$command" in
${options.join("\n")}
    esac
    return
  fi
  case "$command" in
${argumentsOf.join("\n")}
  esac
  IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _offhook offhook
`;
}

function printZsh(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name, description }) => `    ${quote(`${name}:${escapeColons(description)}`)}`);
  const rule = (option: Option) => {
    const { value } = option;
    const what = value === undefined ? "" : `:value:${value.isPath ? "_files" : zshWords(value.words)}`;
    const flags = flagsOf(option);
    const [head, tail] = flags.length === 1 ? [flags[0] ?? "", ""] : [`(${flags.join(" ")})`, `{${flags.join(",")}}`];
    return `${quote(head)}${tail}${quote(`[${option.description.replaceAll(/[[\]]/g, "\\$&")}]${what}`)}`;
  };
  const cases = commands.map(({ name, options, words }) => {
    const last = words.length === 0 ? "*:file:_files" : `1:value:${zshWords(words)}`;
    const rules = [...options.map(rule), quote(last)].map((one) => `        ${one}`);
    return `    ${name})\n      _arguments \\\n${rules.join(" \\\n")}\n      ;;`;
  });
  return `#compdef offhook
# Completion of offhook in zsh; printed by: offhook completion zsh
_offhook() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${cases.join("\n")}
  esac
}
if [[ $funcstack[1] == _offhook ]]; then _offhook "$@"; else compdef _offhook offhook; fi
`;
}

function printFish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, description, options, words }) => {
    const within = `complete -c offhook -n '__fish_seen_subcommand_from ${name}'`;
    const offered = words.length === 0 ? `${within} -F` : `${within} -f -a ${quoteFish(words.join(" "))}`;
    return [
      `complete -c offhook -f -n __fish_use_subcommand -a ${name} -d ${quoteFish(description)}`,
      offered,
      ...options.map((option) => `${within} ${fishFlags(option)} -d ${quoteFish(option.description)}`),
    ];
  });
  return ["# Completion of offhook in fish; printed by: offhook completion fish", ...lines, ""].join("\n");
}

function fishFlags({ long, short, value }: Option): string {
  const flags = `${short === undefined ? "" : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  if (value === undefined) return flags;
  if (value.isPath) return `${flags} -r -F`;
  return value.words.length === 0 ? `${flags} -x` : `${flags} -x -a ${quoteFish(value.words.join(" "))}`;
}

function flagsOf({ long, short }: Option): readonly string[] {
  return short === undefined ? [long] : [short, long];
}

function zshWords(words: readonly string[]): string {
  return words.length === 0 ? " " : `(${words.join(" ")})`;
}

function escapeColons(text: string): string {
  return text.replaceAll(":", "\\:");
}

/** For bash and zsh. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function quoteFish(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
