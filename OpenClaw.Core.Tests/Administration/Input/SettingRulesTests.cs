using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Core.Tests.Administration.Input;

public sealed class SettingRulesTests
{
    [Fact]
    public void Fault_NoValue_IsOneOnlyWhereOneIsRequired()
    {
        Assert.Null(SettingRules.Fault(new("url", SettingType.Text), null));
        Assert.Equal("A value is needed.", SettingRules.Fault(new("url", SettingType.Text) { Required = true }, null));
    }

    [Fact]
    public void Fault_Value_IsWhatSavingWouldSay()
    {
        var spec = new SettingSpec("seconds", SettingType.WholeNumber) { Min = 1, Max = 60 };
        Assert.Null(SettingRules.Fault(spec, JsonValue.Create(30)));
        Assert.Equal("Must be a whole number from 1 to 60.", SettingRules.Fault(spec, JsonValue.Create(61)));
        Assert.Equal("Must be a whole number from 1 to 60.", SettingRules.Fault(spec, JsonValue.Create("x")));
    }
}
