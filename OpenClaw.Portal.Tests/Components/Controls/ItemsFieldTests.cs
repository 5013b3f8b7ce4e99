using System.Text.Json.Nodes;
using Bunit;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

/// <summary>A list of objects as rows.</summary>
public sealed class ItemsFieldTests : ControlTests
{
    private static readonly SettingSpec[] Specs =
    [
        new("commands", SettingType.Structure)
        {
            Label = "Commands", Help = "As people see them in the menu.", MaxItems = 3,
            ItemFields = [new("command", SettingType.Text) { Label = "Command", Required = true, MaxLength = 32 }, new("description", SettingType.Text) { Label = "What it does", Required = true }],
        },
    ];

    private readonly JsonObject _values = [];

    [Fact]
    public void Rows_AddedFilledAndRemoved_AreWrittenAsTheApiTakesThem()
    {
        var form = Render();
        Add(form);
        form.Find("[name='settings.commands[0].command']").Change("start");
        form.Find("[name='settings.commands[0].description']").Change("Begins");
        Add(form);
        form.Find("[name='settings.commands[1].command']").Change("help");
        Assert.Equal("""{"commands":[{"command":"start","description":"Begins"},{"command":"help"}]}""", _values.ToJsonString());
        form.Find("[aria-label='Remove row 1 of Commands']").Click();
        Assert.Equal("""{"commands":[{"command":"help"}]}""", _values.ToJsonString());
        Assert.Equal("help", form.Find("[name='settings.commands[0].command']").GetAttribute("value"));
        form.Find("[aria-label='Remove row 1 of Commands']").Click();
        Assert.Equal("""{"commands":null}""", _values.ToJsonString());
    }

    [Fact]
    public void Row_WithMoreThanItsFields_KeepsTheRest()
    {
        _values["commands"] = JsonNode.Parse("""[{"command":"order","description":"Orders","options":[{"name":"size"}]}]""");
        var form = Render();
        form.Find("[name='settings.commands[0].description']").Change("");
        Assert.Equal("""{"commands":[{"command":"order","options":[{"name":"size"}]}]}""", _values.ToJsonString());
    }

    [Fact]
    public void Rows_AsJson_CanHoldWhatHasNoField()
    {
        var form = Render();
        Toggle(form, "Show as JSON");
        form.Find("[name='settings.commands']").Change("""[{"command":"order","description":"Orders","options":[{"name":"size"}]}]""");
        form.Find("[name='settings.commands']").Change("{}");
        Assert.Contains("Must be a list", form.Find("[data-field='settings.commands'] .validation-message").TextContent, StringComparison.Ordinal);
        form.Find("[name='settings.commands']").Change("""[{"command":"order","description":"Orders","options":[{"name":"size"}]}]""");
        Toggle(form, "Show as rows");
        form.Find("[name='settings.commands[0].description']").Change("Takes orders");
        Assert.Equal("""{"commands":[{"command":"order","description":"Takes orders","options":[{"name":"size"}]}]}""", _values.ToJsonString());
    }

    [Fact]
    public void Rows_AtTheMost_CannotBeAdded()
    {
        _values["commands"] = JsonNode.Parse("""[{},{},{}]""");
        Assert.True(AddButton(Render()).HasAttribute("disabled"));
    }

    [Fact]
    public async Task Refusals_OfListRowAndField_StandWhereTheyBelong()
    {
        _values["commands"] = JsonNode.Parse("""[{"command":"a","description":"A"},{"command":"a","description":"B"}]""");
        var form = Render(FormResult.Invalid(new Dictionary<string, string[]>
        {
            ["settings.commands"] = ["Too many in all."], ["settings.commands[1]"] = ["It is there twice."], ["settings.commands[0].command"] = ["Must be lower case."],
        }));
        await form.Find("form").SubmitAsync();
        form.WaitForAssertion(() => Assert.Contains("Must be lower case.", form.Find("[data-field='settings.commands[0].command'] .validation-message").TextContent, StringComparison.Ordinal));
        Assert.Equal("Too many in all. Row 2: It is there twice.", form.Find("fieldset.set > .validation-message").TextContent.Trim());
        Assert.Empty(form.FindAll("[data-summary]"));
        form.Find("[aria-label='Remove row 2 of Commands']").Click();
        Assert.Empty(form.FindAll(".validation-message"));
    }

    private static void Toggle(IRenderedComponent<FormShell> form, string text) => form.FindAll("fieldset.set button").Single(b => b.TextContent.Contains(text, StringComparison.Ordinal)).Click();

    private static void Add(IRenderedComponent<FormShell> form) => AddButton(form).Click();

    private static AngleSharp.Dom.IElement AddButton(IRenderedComponent<FormShell> form) => form.FindAll("fieldset.set button").Single(b => b.TextContent.Contains("Add a row", StringComparison.Ordinal));

    private IRenderedComponent<FormShell> Render(FormResult? result = null) =>
        Context.Form(() => Task.FromResult(result ?? FormResult.Saved()), ControlsContext.Of<SettingsForm>(("Specs", Specs), ("Values", _values)));
}
