import vue from 'eslint-plugin-vue'
import ts from 'typescript-eslint'

export default ts.config(
    { ignores: ['dist/', 'node_modules/'] },
    {
        files: ['**/*.ts', '**/*.vue'],
        extends: [...ts.configs.strictTypeChecked, ...vue.configs['flat/recommended']],
        languageOptions: {
            parserOptions: {
                parser: ts.parser,
                projectService: true,
                extraFileExtensions: ['.vue'],
                tsconfigRootDir: import.meta.dirname,
            },
        },
        rules: {
            // Text of supervisord or of a log is never markup.
            'vue/no-v-html': 'error',
            'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
            'vue/component-api-style': ['error', ['script-setup']],
            'vue/define-macros-order': 'error',
            'vue/no-unused-emit-declarations': 'error',
            'vue/no-unused-properties': 'error',
            'max-lines': ['error', { max: 400 }],
            '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
            '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
            // `void fleet.pulse.value` says what a computed depends on.
            '@typescript-eslint/no-meaningless-void-operator': 'off',
            // vue-tsc checks these: the linter does not know the types of .vue files.
            '@typescript-eslint/no-unsafe-argument': 'off',
            '@typescript-eslint/no-unsafe-assignment': 'off',
            '@typescript-eslint/no-unsafe-call': 'off',
            '@typescript-eslint/no-unsafe-member-access': 'off',
            '@typescript-eslint/no-unsafe-return': 'off',
            '@typescript-eslint/no-unnecessary-type-assertion': 'off',
            // It mistakes optional props for required ones.
            '@typescript-eslint/no-useless-default-assignment': 'off',
            '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
            // Prettier's business.
            'vue/max-attributes-per-line': 'off',
            'vue/singleline-html-element-content-newline': 'off',
            'vue/multiline-html-element-content-newline': 'off',
            'vue/html-self-closing': 'off',
            'vue/html-indent': 'off',
            'vue/html-closing-bracket-newline': 'off',
            'vue/multi-word-component-names': 'off',
        },
    },
)
