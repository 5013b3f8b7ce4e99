using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Core.Tests.Administration.Input;

public sealed class SettingsCheckTests
{
    private static readonly SettingSpec[] Specs =
    [
        new("flag", SettingType.Flag) { Default = "true" },
        new("text", SettingType.Text) { MaxLength = 3 },
        new("whole", SettingType.WholeNumber) { Min = 1, Max = 5 },
        new("number", SettingType.Number) { Min = 0 },
        new("choice", SettingType.Choice) { Choices = ["a", "b"] },
        new("list", SettingType.TextList) { MaxLength = 2, Default = "[]" },
        new("inner", SettingType.Structure) { Fields = [new("deep", SettingType.Flag) { Default = "false" }] },
        new("items", SettingType.Structure) { ItemFields = [new("name", SettingType.Text) { Required = true, MaxLength = 3 }, new("on", SettingType.Flag)], MaxItems = 2 },
    ];

    private static readonly SettingSpec[] Dependent =
    [
        new("auth", SettingType.Choice) { Choices = ["password", "oauth2"], Default = "\"password\"" },
        new("tokenUrl", SettingType.Text) { Required = true, OnlyWhen = new("auth", "oauth2") },
        new("grant", SettingType.Choice) { Choices = ["code", "client"], Default = "\"code\"", OnlyWhen = new("auth", "oauth2") },
        new("tenant", SettingType.Text) { Required = true, OnlyWhen = new("grant", "client") },
    ];

    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"auth":"password","tokenUrl":7,"tenant":7}""", null)]
    [InlineData("""{"auth":"oauth2"}""", "s.tokenUrl")]
    [InlineData("""{"auth":"oauth2","tokenUrl":7}""", "s.tokenUrl")]
    [InlineData("""{"auth":"oauth2","tokenUrl":"x"}""", null)]
    [InlineData("""{"auth":"oauth2","tokenUrl":"x","grant":"client"}""", "s.tenant")]
    [InlineData("""{"grant":"client"}""", null)]
    public void Check_SettingOfAnotherChoice_IsNeitherNeededNorLookedAt(string json, string? field)
    {
        var errors = new FieldErrors();
        SettingsCheck.Check(JsonElement.Parse(json), Dependent, "s", closed: true, errors);
        Assert.Equal(field is null ? [] : [field], errors.ToDictionary().Keys);
    }

    [Theory]
    [InlineData("""{"flag":1}""", "s.flag")]
    [InlineData("""{"text":"four"}""", "s.text")]
    [InlineData("""{"text":null}""", "s.text")]
    [InlineData("""{"whole":0}""", "s.whole")]
    [InlineData("""{"whole":1.5}""", "s.whole")]
    [InlineData("""{"whole":99999999999999999999}""", "s.whole")]
    [InlineData("""{"number":-0.1}""", "s.number")]
    [InlineData("""{"number":"1"}""", "s.number")]
    [InlineData("""{"choice":"c"}""", "s.choice")]
    [InlineData("""{"list":"x"}""", "s.list")]
    [InlineData("""{"list":[1]}""", "s.list")]
    [InlineData("""{"list":["abc"]}""", "s.list")]
    [InlineData("""{"inner":1}""", "s.inner")]
    [InlineData("""{"inner":{"deep":1}}""", "s.inner.deep")]
    [InlineData("""{"inner":{"other":true}}""", "s.inner.other")]
    [InlineData("""{"items":{}}""", "s.items")]
    [InlineData("""{"items":[1]}""", "s.items[0]")]
    [InlineData("""{"items":[{"name":"a"},{"on":true}]}""", "s.items[1].name")]
    [InlineData("""{"items":[{"name":"four"}]}""", "s.items[0].name")]
    [InlineData("""{"items":[{"name":"a"},{"name":"b"},{"name":"c"}]}""", "s.items")]
    [InlineData("""{"other":true}""", "s.other")]
    public void Check_WrongValue_NamesThePath(string settings, string path) => Assert.Equal([path], Check(settings).ToDictionary().Keys);

    [Fact]
    public void Check_GoodValues_HasNoFault() =>
        Assert.False(Check("""{"flag":false,"text":"abc","whole":5,"number":0.5,"choice":"b","list":["ab"],"inner":{"deep":true},"items":[{"name":"a","more":{"the":"kind judges"}}]}""").Any);

    [Fact]
    public void Check_RequiredMissing_IsTold()
    {
        var errors = new FieldErrors();
        SettingsCheck.Check(JsonElement.Parse("{}"), [new("url", SettingType.Text) { Required = true }], "settings", closed: true, errors);
        Assert.Equal(["settings.url"], errors.ToDictionary().Keys);
    }

    [Fact]
    public void Fill_AbsentValues_GetTheirDefaults()
    {
        var filled = SettingsCheck.Fill(JsonNode.Parse("""{"flag":false,"extra":1}""")!.AsObject(), Specs);
        Assert.Equal("""{"flag":false,"list":[],"inner":{"deep":false},"extra":1}""", filled.ToJsonString());
    }

    private static FieldErrors Check(string settings)
    {
        var errors = new FieldErrors();
        SettingsCheck.Check(JsonElement.Parse(settings), Specs, "s", closed: true, errors);
        return errors;
    }
}
