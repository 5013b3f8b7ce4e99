using Bunit;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class DialogsTests : ControlTests
{

    [Fact]
    public async Task Confirm_TypedName_LetsGoOnlyWhenTyped()
    {
        var host = Context.Render<KitHost>();
        var asked = await host.InvokeAsync(() => Task.FromResult(Context.Confirm.AskAsync("Delete “Web”?", "It cannot be undone.", "Delete", danger: true, typedName: "Web")));
        var yes = host.WaitForElement(".button.danger");
        Assert.Equal("alertdialog", host.Find("dialog").GetAttribute("role"));
        Assert.True(yes.HasAttribute("disabled"));
        host.Find("#typed-name").Input("web");
        Assert.True(host.Find(".button.danger").HasAttribute("disabled"));
        host.Find("#typed-name").Input("Web");
        host.Find(".button.danger").Click();
        Assert.True(await asked);
        host.WaitForAssertion(() => Assert.Empty(host.FindAll("dialog")));
    }

    [Fact]
    public async Task Confirm_Escape_IsNo()
    {
        var host = Context.Render<KitHost>();
        var asked = await host.InvokeAsync(() => Task.FromResult(Context.Confirm.AskAsync("Sure?", "…", "Go")));
        await host.WaitForElement("dialog").TriggerEventAsync("oncancel", EventArgs.Empty);
        Assert.False(await asked);
    }

    [Fact]
    public async Task Escape_WithSomethingTyped_AsksFirst()
    {
        var closed = 0;
        var dialog = Context.Render<ModalDialog>(p => p.Add(d => d.Title, "Stop it").Add(d => d.OnClose, () => { closed++; }).AddChildContent<FormShell>(f => f
            .Add(s => s.Label, "Stop").Add(s => s.Saves, false).Add(s => s.OnSave, () => Task.FromResult(FormResult.Saved()))
            .Add(s => s.ChildContent, ControlsContext.Of<TextField>(("Label", "Reason"), ("Path", "reason")))));
        dialog.Find("[name=reason]").Change("moved");
        Assert.DoesNotContain("Not saved yet", dialog.Markup, StringComparison.Ordinal);
        var escape = dialog.Find("dialog").TriggerEventAsync("oncancel", EventArgs.Empty);
        dialog.WaitForAssertion(() => Assert.NotNull(Context.Confirm.Current));
        Context.Confirm.Answer(Context.Confirm.Current!, yes: false);
        await escape;
        Assert.Equal(0, closed);
        escape = dialog.Find("dialog").TriggerEventAsync("oncancel", EventArgs.Empty);
        dialog.WaitForAssertion(() => Assert.NotNull(Context.Confirm.Current));
        Context.Confirm.Answer(Context.Confirm.Current!, yes: true);
        await escape;
        Assert.Equal(1, closed);
    }

    [Fact]
    public async Task Toast_Shown_IsSaidAndGoesAndCanBeUndone()
    {
        var host = Context.Render<KitHost>();
        var toasts = Context.Services.GetRequiredService<Toasts>();
        var undone = 0;
        await host.InvokeAsync(() =>
        {
            toasts.Show("Saved.");
            toasts.Show("Deleted.", () => Task.FromResult(undone++));
            toasts.Fail("Not sent.");
        });
        Assert.Equal("status", host.Find(".toasts").GetAttribute("role"));
        host.WaitForAssertion(() => Assert.Equal(3, host.FindAll(".toast").Count));
        Context.Clock.Advance(TimeSpan.FromSeconds(7));
        host.WaitForAssertion(() => Assert.Equal(2, host.FindAll(".toast").Count));
        await host.FindAll("button").Single(b => b.TextContent == "Undo").ClickAsync();
        Assert.Equal(1, undone);
        Context.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Contains("Not sent.", host.Find(".toast").TextContent, StringComparison.Ordinal);
    }
}
