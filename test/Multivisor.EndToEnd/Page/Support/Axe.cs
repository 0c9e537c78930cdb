using System.Text.Json;
using Microsoft.Playwright;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Page.Support;

/// <summary>axe-core, which knows the rules by which a page can be read and used by everybody (WCAG 2.2 A and AA, and good practice).</summary>
internal static class Axe
{
    private static readonly Lazy<string> Source = new(() => File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "web/node_modules/axe-core/axe.min.js")));

    /// <summary>Tells what is wrong with the page as it is, each with the rule and the elements; empty when nothing is.</summary>
    public static async Task<IReadOnlyList<string>> ViolationsAsync(IPage page)
    {
        // By the debugger's way in, which the content security policy leaves open.
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(Source.Value);
        var result = await page.EvaluateAsync<JsonElement>("""
            async () => {
              const { violations } = await axe.run(document, {
                resultTypes: ['violations'],
                preload: false,
                // What lies below an open menu is half covered, and cannot be pressed meanwhile.
                rules: { 'target-size': { enabled: !document.querySelector('.v-overlay--active') } },
              })
              return violations.map(({ id, help, nodes }) =>
                `${id}: ${help}: ` + nodes.slice(0, 5).map((node) => `${node.html.slice(0, 200)} [${(node.any[0] ?? node.all[0])?.message ?? ''}]`).join(' | '))
            }
            """);
        return [.. result.EnumerateArray().Select(violation => violation.GetString()!)];
    }
}
