using System.Text.Json.Nodes;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Data;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Tests.Components.Controls;

public sealed class SmallControlsTests : ControlTests
{
    [Fact]
    public void Tabs_Address_ChoosesTheCurrentOne()
    {
        Context.Services.GetRequiredService<NavigationManager>().NavigateTo("/c/1?tab=log&after=x");
        var tabs = Context.Render<Tabs>(p => p.Add(t => t.Label, "Parts").Add(t => t.Items, [new Tab("", "Settings"), new Tab("log", "Log", 12)]));
        Assert.Equal("Log12", tabs.Find("[aria-current=page]").TextContent);
        Assert.Equal(["http://localhost/c/1", "http://localhost/c/1?tab=log"], tabs.FindAll("a").Select(a => a.GetAttribute("href")));
        Context.Services.GetRequiredService<NavigationManager>().NavigateTo("/c/1?tab=nonsense");
        tabs.WaitForAssertion(() => Assert.Equal("Settings", tabs.Find("[aria-current=page]").TextContent));
    }

    [Fact]
    public async Task Switch_WhileItSaves_IsSwitchedOnce()
    {
        var gate = new TaskCompletionSource();
        var wanted = new List<bool>();
        var control = Context.Render<Switch>(p => p.Add(s => s.Label, "Web enabled").Add(s => s.Value, true).Add(s => s.ValueChanged, on =>
        {
            wanted.Add(on);
            return gate.Task;
        }));
        var button = control.Find("button");
        Assert.Equal(("switch", "true"), (button.GetAttribute("role"), button.GetAttribute("aria-checked")));
        var click = button.ClickAsync();
        Assert.True(control.Find("button").HasAttribute("disabled"));
        gate.SetResult();
        await click;
        Assert.Equal([false], wanted);
    }

    [Fact]
    public void JsonView_Deep_FoldsBelowTheSecondLevelAndEscapes()
    {
        var view = Context.Render<JsonView>(p => p.Add(j => j.Value, JsonNode.Parse("""{"a":{"b":{"c":"<script>"}}}""")));
        Assert.Equal([true, true, false], view.FindAll("details").Select(d => d.HasAttribute("open")));
        Assert.Empty(view.FindAll("script"));
        Assert.Contains("&lt;script&gt;", view.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Secret_Stored_IsNeverShownAndCanBeReplacedKeptOrRemoved()
    {
        var edit = SecretEdit.Keep;
        var field = Context.Render<SecretField>(p => p.Add(s => s.Label, "Bot token").Add(s => s.Path, "secrets.botToken").Add(s => s.IsSet, true).Add(s => s.UpdatedAt, Context.Clock.GetUtcNow()).Add(s => s.ValueChanged, e => edit = e));
        Assert.Empty(field.FindAll("input"));
        Assert.NotNull(field.Find("local-time"));

        field.Find("[aria-label='Replace Bot token']").Click();
        Assert.Equal(("password", "new-password"), (field.Find("input").GetAttribute("type"), field.Find("input").GetAttribute("autocomplete")));
        field.Find("input").Change(" 123:abc ");
        Assert.Equal("123:abc", edit.Text);
        field.FindAll("button").Single(b => b.TextContent == "Cancel").Click();
        Assert.True(edit.IsKept);

        field.Find("[aria-label='Remove Bot token']").Click();
        Assert.True(edit.IsRemoved);
        field.FindAll("button").Single(b => b.TextContent.Contains("Undo", StringComparison.Ordinal)).Click();
        Assert.True(edit.IsKept);
    }

    [Fact]
    public void Secret_RequiredAndMissing_IsToldWithoutAValue()
    {
        var field = Context.Render<SecretField>(p => p.Add(s => s.Label, "Bot token").Add(s => s.Required, true).Add(s => s.Errors, new FormErrors()));
        Assert.False(field.Instance.Validate());
        Assert.Empty(field.FindAll("[aria-label^=Remove]"));
    }

    [Fact]
    public async Task Choice_NoLongerThere_StaysVisible()
    {
        var field = Context.Render<ChoiceField>(p => p.Add(c => c.Label, "Agent").Add(c => c.Options, Choice.Of("echo")).Add(c => c.Value, "gone").Add(c => c.None, "The default"));
        Assert.Equal(["The default", "Echo", "gone (no longer there)"], field.FindAll("option").Select(o => o.TextContent));
        await field.Find("select").ChangeAsync("");
        Assert.Null(field.Instance.Value);
    }
}
