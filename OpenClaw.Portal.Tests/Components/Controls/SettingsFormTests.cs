using System.Text.Json.Nodes;
using Bunit;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Tests.Components.Controls;

/// <summary>A kind that nobody wrote a form for, with every type of setting.</summary>
public sealed class SettingsFormTests : ControlTests
{
    private static readonly SettingSpec[] Specs =
    [
        new("botName", SettingType.Text) { Label = "Name of the bot", Help = "As people see it.", Example = "helper", Required = true, MaxLength = 10 },
        new("anonymous", SettingType.Flag) { Default = "true" },
        new("timeoutSeconds", SettingType.WholeNumber) { Default = "60", Min = 1, Max = 600 },
        new("temperature", SettingType.Number) { Min = 0, Max = 2 },
        new("mode", SettingType.Choice) { Default = "\"polling\"", Choices = ["polling", "webhook"] },
        new("zone", SettingType.Choice) { Choices = ["a", "b", "c", "d", "e"] },
        new("allowedOrigins", SettingType.TextList) { Default = "[]", MaxLength = 20 },
        new("servers", SettingType.Structure),
        new("retry", SettingType.Structure) { Fields = [new("attempts", SettingType.WholeNumber) { Default = "8", Min = 1 }, new("baseDelayMs", SettingType.WholeNumber) { Default = "1000" }] },
        new("apiBaseUrl", SettingType.Text) { Advanced = true, Default = "\"https://example.com\"" },
    ];

    private readonly JsonObject _values = [];

    [Fact]
    public void Fields_EveryType_AreDrawnWithLabelsAndDefaults()
    {
        var form = Render();
        string Label(string path) => form.Find($"label[for={form.Find($"[name='settings.{path}']").Id}]").TextContent;
        Assert.StartsWith("Name of the bot", Label("botName"), StringComparison.Ordinal);
        Assert.Equal("helper", form.Find("[name='settings.botName']").GetAttribute("placeholder"));
        Assert.True(form.Find("input[name='settings.anonymous']").HasAttribute("checked"));
        Assert.Equal("Timeout", Label("timeoutSeconds"));
        Assert.Equal("60", form.Find("[name='settings.timeoutSeconds']").GetAttribute("value"));
        Assert.Equal("seconds", form.Find("[data-field='settings.timeoutSeconds'] .affix").TextContent);
        Assert.Equal("Temperature", Label("temperature"));
        Assert.Equal(["Polling", "Webhook"], form.FindAll("[data-field='settings.mode'] .choice-text").Select(c => c.TextContent));
        Assert.Equal(6, form.FindAll("[data-field='settings.zone'] option").Count);
        Assert.Equal("TEXTAREA", form.Find("[name='settings.allowedOrigins']").TagName);
        Assert.Equal("TEXTAREA", form.Find("[name='settings.servers']").TagName);
        Assert.Equal("Retry", form.Find("fieldset.set > legend").TextContent);
        Assert.Equal("1000", form.Find("[name='settings.retry.baseDelayMs']").GetAttribute("value"));
        Assert.NotNull(form.Find("details.fold [name='settings.apiBaseUrl']"));
        Assert.Single(form.FindAll("details.fold"));
    }

    [Fact]
    public void Fields_OfGroupsAndConditions_StandTogetherAndComeWithTheirChoice()
    {
        SettingSpec[] specs =
        [
            new("address", SettingType.Text),
            new("host", SettingType.Text) { Group = "Incoming" },
            new("auth", SettingType.Choice) { Group = "Sign-in", Default = "\"password\"", Choices = ["password", "oauth2"] },
            new("clientId", SettingType.Text) { Group = "Sign-in", Required = true, OnlyWhen = new("auth", "oauth2") },
            new("port", SettingType.WholeNumber) { Group = "Incoming" },
            new("grant", SettingType.Text) { Advanced = true, OnlyWhen = new("auth", "oauth2") },
        ];
        var form = Context.Render<SettingsForm>(p => p.Add(f => f.Specs, specs).Add(f => f.Values, _values));
        Assert.Equal(["Incoming", "Sign-in"], form.FindAll("fieldset.set > legend").Select(l => l.TextContent));
        Assert.Equal(2, form.FindAll("fieldset.set")[0].QuerySelectorAll("[data-field]").Length);
        Assert.Empty(form.FindAll("[name='settings.clientId'], details.fold"));
        form.FindAll("[data-field='settings.auth'] input")[1].Change(true);
        Assert.NotNull(form.Find("[name='settings.clientId']"));
        Assert.NotNull(form.Find("details.fold [name='settings.grant']"));
        form.FindAll("[data-field='settings.auth'] input")[0].Change(true);
        Assert.Empty(form.FindAll("[name='settings.clientId'], details.fold"));
    }

    [Fact]
    public void Changes_EveryType_AreWrittenAsTheApiTakesThem()
    {
        var form = Render();
        form.Find("[name='settings.botName']").Change(" ada ");
        form.Find("[name='settings.anonymous']").Change(false);
        form.Find("[name='settings.timeoutSeconds']").Change("30");
        form.Find("[name='settings.temperature']").Change("0.7");
        form.FindAll("[data-field='settings.mode'] input")[1].Change(true);
        form.Find("[name='settings.zone']").Change("d");
        form.Find("[name='settings.allowedOrigins']").Change("https://a.example\r\n\n https://b.example \nhttps://a.example");
        form.Find("[name='settings.servers']").Change("[{\"name\":\"x\"}]");
        form.Find("[name='settings.retry.attempts']").Change("3");
        form.Find("[name='settings.apiBaseUrl']").Change("");

        Assert.Equal(
            """{"retry":{"attempts":3},"botName":"ada","anonymous":false,"timeoutSeconds":30,"temperature":0.7,"mode":"webhook","zone":"d","allowedOrigins":["https://a.example","https://b.example"],"servers":[{"name":"x"}],"apiBaseUrl":null}""",
            _values.ToJsonString());
        Assert.Equal("", form.Find("[name='settings.apiBaseUrl']").GetAttribute("value") ?? "");
    }

    [Theory]
    [InlineData("botName", "01234567890", "Must have at most 10 characters")]
    [InlineData("timeoutSeconds", "abc", "Must be a whole number from 1 to 600.")]
    [InlineData("timeoutSeconds", "1.5", "Must be a whole number from 1 to 600.")]
    [InlineData("timeoutSeconds", "601", "Must be a whole number from 1 to 600.")]
    [InlineData("temperature", "-1", "Must be a number from 0 to 2.")]
    [InlineData("allowedOrigins", "https://short.ex\nhttps://far-too-long.example", "Line 2 has 28 characters; at most 20 are allowed.")]
    [InlineData("servers", "[{", "This is not JSON")]
    [InlineData("servers", "12", "Must be an object")]
    public void Change_Wrong_IsToldAtTheField(string name, string value, string message)
    {
        var form = Render();
        form.Find($"[name='settings.{name}']").Change(value);
        Assert.Contains(message, form.Find($"[data-field='settings.{name}'] .validation-message").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", form.Find($"[name='settings.{name}']").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Submit_RequiredMissing_DoesNotSave()
    {
        var form = Render();
        await form.Find("form").SubmitAsync();
        Assert.Contains("A value is needed.", form.Find("[data-field='settings.botName'] .validation-message").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_OfAnAdvancedSetting_UnfoldsIt()
    {
        var form = Render(FormResult.Invalid(new Dictionary<string, string[]> { ["settings.apiBaseUrl"] = ["That host is not allowed."] }));
        form.Find("[name='settings.botName']").Change("ada");
        Assert.False(form.Find("details.fold").HasAttribute("open"));
        await form.Find("form").SubmitAsync();
        form.WaitForAssertion(() => Assert.Contains("not allowed", form.Find("[data-field='settings.apiBaseUrl'] .validation-message").TextContent, StringComparison.Ordinal));
        Assert.Empty(form.FindAll("[data-summary]"));
    }

    [Fact]
    public void Retry_WhileItIsTyped_ShowsThePauses()
    {
        var form = Render();
        Assert.StartsWith("Pauses between the tries: 1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s; at most 1 min 31 s in all.", form.Find("fieldset.set [role=status]").TextContent, StringComparison.Ordinal);
        form.Find("[name='settings.retry.attempts']").Input("3");
        Assert.StartsWith("Pauses between the tries: 1 s, 2 s; at most 3 s in all.", form.Find("fieldset.set [role=status]").TextContent, StringComparison.Ordinal);
        form.Find("[name='settings.retry.attempts']").Input("many");
        Assert.Empty(form.FindAll("fieldset.set [role=status]"));
        form.Find("[name='settings.retry.attempts']").Input("0");
        Assert.Empty(form.FindAll("fieldset.set [role=status]"));
        form.Find("[name='settings.retry.attempts']").Input("3");
        form.Find("[name='settings.retry.baseDelayMs']").Change("50");
        Assert.StartsWith("Pauses between the tries: 50 ms, 100 ms", form.Find("fieldset.set [role=status]").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1000, 30000, "It is tried once only"), InlineData(100, 1000, 30000, " and 91 more, the last 30 s; at most 47 min 31 s in all."), InlineData(3, 0, 0, "0 ms, 0 ms; at most 0 ms in all.")]
    public void Retry_OfAnyPolicy_IsTold(int attempts, int baseDelay, int maxDelay, string part) =>
        Assert.Contains(part, RetryPreview.TextOf(new(attempts, TimeSpan.FromMilliseconds(baseDelay), TimeSpan.FromMilliseconds(maxDelay))), StringComparison.Ordinal);

    private IRenderedComponent<FormShell> Render(FormResult? result = null) =>
        Context.Form(() => Task.FromResult(result ?? FormResult.Saved()), ControlsContext.Of<SettingsForm>(("Specs", Specs), ("Values", _values)));
}
