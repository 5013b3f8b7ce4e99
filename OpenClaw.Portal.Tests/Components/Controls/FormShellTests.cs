using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class FormShellTests : ControlTests
{
    private int _saves;

    [Fact]
    public async Task Submit_RequiredFieldEmpty_TellsItThereAndFocusesItAndDoesNotSave()
    {
        var form = Form(FormResult.Saved());
        await form.Find("form").SubmitAsync();

        var input = form.Find("input[name=name]");
        Assert.Equal("true", input.GetAttribute("aria-invalid"));
        var error = form.Find(".validation-message");
        Assert.Equal("alert", error.GetAttribute("role"));
        Assert.Contains("A value is needed.", error.TextContent, StringComparison.Ordinal);
        Assert.Contains(error.Id!, input.GetAttribute("aria-describedby"), StringComparison.Ordinal);
        Assert.Equal(0, _saves);
        Context.Script.VerifyInvoke("focusFault");
    }

    [Fact]
    public void Field_Always_IsTiedToItsLabelAndHelp()
    {
        var form = Form(FormResult.Saved());
        var input = form.Find("input[name=name]");
        Assert.StartsWith("Name", form.Find($"label[for={input.Id}]").TextContent, StringComparison.Ordinal);
        Assert.Equal("What people see.", form.Find($"#{input.GetAttribute("aria-describedby")}").TextContent);
        Assert.Equal("true", input.GetAttribute("aria-required"));
        Assert.Equal("auto", input.GetAttribute("dir"));
    }

    [Fact]
    public async Task Submit_RefusedByTheGateway_TellsAtTheFieldAndTheRestInTheSummary()
    {
        var form = Form(FormResult.Invalid(new Dictionary<string, string[]> { ["name"] = ["Another has that name."], ["kind"] = ["There is no such kind."] }));
        form.Find("input[name=name]").Change("Web");
        await form.Find("form").SubmitAsync();

        Assert.Contains("Another has that name.", form.Find("[data-field=name] .validation-message").TextContent, StringComparison.Ordinal);
        var summary = form.Find("[data-summary]");
        Assert.Contains("kind: There is no such kind.", summary.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Another has", summary.TextContent, StringComparison.Ordinal);

        form.Find("input[name=name]").Change("Web 2");
        Assert.Empty(form.FindAll("[data-field=name] .validation-message"));
        Assert.True(form.Instance.Dirty);
    }

    [Fact]
    public async Task Submit_Twice_SavesOnce()
    {
        var gate = new TaskCompletionSource<FormResult>();
        var form = Form(() => gate.Task);
        form.Find("input[name=name]").Change("Web");
        var first = form.Find("form").SubmitAsync();
        Assert.Equal("Saving…", Save(form).TextContent);
        Assert.True(Save(form).HasAttribute("disabled"));
        await form.Find("form").SubmitAsync();
        gate.SetResult(FormResult.Saved("Saved it."));
        await first;

        form.WaitForAssertion(() => Assert.Equal("Save", Save(form).TextContent));
        Assert.Equal(1, _saves);
        Assert.False(form.Instance.Dirty);
        Assert.Contains(Context.Services.GetRequiredService<Toasts>().Shown, t => t.Text == "Saved it.");
    }

    [Fact]
    public async Task Submit_RightLostMeanwhile_SaysSoAndKeepsWhatWasTyped()
    {
        var form = Form(() => throw new ForbiddenException("configure"));
        form.Find("input[name=name]").Change("Web");
        await form.Find("form").SubmitAsync();
        Assert.Contains("This needs the right 'configure'", form.Find("[data-summary]").TextContent, StringComparison.Ordinal);
        Assert.Equal("Web", form.Find("input[name=name]").GetAttribute("value"));
        Assert.True(form.Instance is { Dirty: true, Busy: false });
    }

    [Fact]
    public async Task Typing_FirstKey_MarksTheFormAsChanged()
    {
        var form = Form(FormResult.Saved());
        await form.Instance.OnTyped();
        Assert.Equal("Not saved yet", form.Find(".save-state").TextContent);
    }

    [Fact]
    public async Task Leaving_Dirty_AsksAndStaysOrGoes()
    {
        var form = Form(FormResult.Saved());
        var navigation = Context.Services.GetRequiredService<NavigationManager>();
        navigation.NavigateTo("/clean");
        Assert.EndsWith("/clean", navigation.Uri, StringComparison.Ordinal);

        form.Find("input[name=name]").Change("Web");
        await form.InvokeAsync(() => navigation.NavigateTo("/elsewhere"));
        Answer(false);
        Assert.EndsWith("/clean", navigation.Uri, StringComparison.Ordinal);
        Assert.True(form.Instance.Dirty);

        await form.InvokeAsync(() => navigation.NavigateTo("/elsewhere"));
        Answer(true);
        // nothing is rendered when it goes, so bUnit's own wait would not look again
        Assert.True(SpinWait.SpinUntil(() => navigation.Uri.EndsWith("/elsewhere", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Discard_Confirmed_PutsTheSavedBack()
    {
        var discarded = 0;
        var form = Form(() => Task.FromResult(FormResult.Saved()), p => p.Add(f => f.OnDiscard, () => discarded++));
        Assert.DoesNotContain(form.FindAll("button"), b => b.TextContent == "Discard");
        form.Find("input[name=name]").Change("Web");
        var click = form.FindAll("button").Single(b => b.TextContent == "Discard").ClickAsync();
        Answer(true);
        await click;
        Assert.Equal(1, discarded);
        Assert.False(form.Instance.Dirty);
    }

    [Fact]
    public void ReadOnly_Always_OffersNoSaving()
    {
        var form = Form(() => Task.FromResult(FormResult.Saved()), p => p.Add(f => f.ReadOnly, true));
        Assert.True(form.Find("input[name=name]").HasAttribute("disabled"));
        Assert.Empty(form.FindAll(".save-bar"));
    }

    private static IElement Save(IRenderedComponent<FormShell> form) => form.Find("button[type=submit].primary");

    private void Answer(bool yes) => Context.Confirm.Answer(Context.Confirm.Current!, yes);

    private IRenderedComponent<FormShell> Form(FormResult result) => Form(() => Task.FromResult(result));

    private IRenderedComponent<FormShell> Form(Func<Task<FormResult>> save, Action<ComponentParameterCollectionBuilder<FormShell>>? more = null) => Context.Form(
        () =>
        {
            _saves++;
            return save();
        },
        ControlsContext.Of<TextField>(("Label", "Name"), ("Path", "name"), ("Required", true), ("Help", "What people see.")),
        more);
}
