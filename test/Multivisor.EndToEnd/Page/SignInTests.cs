using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>A server with a user name and a password shows nothing to anybody else.</summary>
[Collection(PageCollection.Name)]
public sealed partial class SignInTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task SignIn_WithTheRightPassword_LeadsWhereOneWanted(string device)
    {
        await using var server = await StartAsync();
        await browser.VisitAsync(server, Device.Named(device), "/view/process?filter=group:filter", async window =>
        {
            window.ExpectErrors("401|400");
            await Expect(window.Page).ToHaveURLAsync(Login());
            var submit = window.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" });

            await submit.ClickAsync();
            await Expect(window.Page.GetByText("This field is required")).ToHaveCountAsync(2);

            await window.Page.GetByLabel("User name").FillAsync("ops");
            await window.Page.GetByLabel("Password").FillAsync("wrong");
            await submit.ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Invalid user name or password");
            await Expect(window.Page).ToHaveURLAsync(Login());
            await window.ExpectFitForEverybodyAsync("sign-in");
            await window.PictureAsync("sign-in");

            await window.Page.GetByLabel("Password").FillAsync("secret word");
            await window.Page.Keyboard.PressAsync("Enter");
            await Expect(window.Row("one:filter:filter_00")).ToBeVisibleAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("group:filter");
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task SignOut_LeavesNothingOfWhatWasShown(string device)
    {
        await using var server = await StartAsync();
        await browser.VisitAsync(server, Device.Named(device), "/view/process?filter=group:filter", async window =>
        {
            window.ExpectErrors("401");
            await SignInAsync(window);
            await Expect(window.Row("one:filter:filter_00")).ToBeVisibleAsync();

            // An address to come back to.
            await window.View("Supervisors").ClickAsync();
            await Expect(window.Page).ToHaveURLAsync(Supervisors());

            await window.SignOutAsync();

            await Expect(window.Page).ToHaveURLAsync(Login());
            await Expect(window.Page.GetByLabel("Password")).ToBeVisibleAsync();
            await window.Page.GoBackAsync();
            await Expect(window.Page.GetByLabel("Password")).ToBeVisibleAsync();
            await Expect(window.Page.GetByText("filter_00")).ToHaveCountAsync(0);
        });
    }

    private static async Task SignInAsync(PageWindow window)
    {
        await window.Page.GetByLabel("User name").FillAsync("ops");
        await window.Page.GetByLabel("Password").FillAsync("secret word");
        await window.Page.Keyboard.PressAsync("Enter");
    }

    private Task<ServerProcess> StartAsync() =>
        ServerProcess.StartAsync(ServerProcess.Configuration("username=ops\npassword=secret word", workshop.Supervisors));

    [GeneratedRegex("/view/supervisor", RegexOptions.None, 1000)]
    private static partial Regex Supervisors();

    [GeneratedRegex("/login", RegexOptions.None, 1000)]
    private static partial Regex Login();
}
