import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

const NAME = 'completion';

/** What the script for bash takes from the package bash-completion, which is not everywhere. */
const BASH_WITHOUT_PACKAGE = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]}
    prev=\${COMP_WORDS[COMP_CWORD - 1]}
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
}
`;

/** `completion <shell>`, and the hidden `complete` that its scripts call; to be added last, as it looks at the others. */
export function addCompletion(program: Command): void {
  tab(program, { completionCommandName: NAME });
  program.commands
    .find((command) => command.name() === NAME)!
    .description('print what a shell needs to complete commands')
    .addHelpText('after', EXAMPLES)
    .hook('preAction', (_, command) => {
      if (command.args[0] === 'bash') process.stdout.write(BASH_WITHOUT_PACKAGE);
    });
}

const EXAMPLES = `
Examples:
  $ source <(clientele completion bash)   # or once, in ~/.bashrc
  $ clientele completion zsh > "\${fpath[1]}/_clientele"
  $ clientele completion fish > ~/.config/fish/completions/clientele.fish`;
