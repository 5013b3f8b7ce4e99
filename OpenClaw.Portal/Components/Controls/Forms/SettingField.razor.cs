using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>One setting as a field; its value is read from and written to a JSON object.</summary>
public sealed partial class SettingField
{
    private readonly Dictionary<string, string> _typed = new(StringComparer.Ordinal);

    /// <summary>What the setting is.</summary>
    [Parameter, EditorRequired]
    public required SettingSpec Spec { get; set; }

    /// <summary>The object that holds its value.</summary>
    [Parameter, EditorRequired]
    public required JsonObject Values { get; set; }

    /// <summary>The API's path of the value.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>Raised with the setting's name after it changed.</summary>
    [Parameter]
    public EventCallback<string> OnChanged { get; set; }

    /// <summary>Raised with the setting's name and what stands in its number's field while it is typed.</summary>
    [Parameter]
    public EventCallback<(string Name, string Text)> OnTyped { get; set; }

    private string Label => SettingWords.Label(Spec);

    /// <summary>The default as a person would type it.</summary>
    private string? Preset => Spec.Default is { } preset && JsonNode.Parse(preset) is JsonValue value ? value.ToString() : null;

    /// <summary>What is saved; where nothing is, the default. An emptied field (null) stays empty.</summary>
    private JsonNode? Present => Values.TryGetPropertyValue(Spec.Name, out var saved) ? saved : Spec.Default is { } preset ? JsonNode.Parse(preset) : null;

    private JsonObject Inner
    {
        get
        {
            // written to in place, so it must be part of the whole
            if (Values[Spec.Name] is not JsonObject inner) Values[Spec.Name] = inner = [];
            return inner;
        }
    }

    private bool Flag => Present?.GetValueKind() == JsonValueKind.True;

    private decimal? Amount =>
        Present?.GetValueKind() == JsonValueKind.Number && decimal.TryParse(Present.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) ? amount : null;

    private string? Words => Present?.GetValueKind() == JsonValueKind.String ? Present.ToString() : null;

    private IReadOnlyList<string> List => Present switch
    {
        JsonArray items => [.. items.OfType<JsonValue>().Select(i => i.ToString())],
        JsonValue text when Spec.AcceptsText => text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    /// <summary>How often is tried again by what stands in the fields at this moment; null while one of them is refused.</summary>
    private RetryPolicy? Policy
    {
        get
        {
            var now = (JsonObject)Inner.DeepClone();
            foreach (var (name, text) in _typed)
                if (string.IsNullOrWhiteSpace(text)) now.Remove(name);
                else if (int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) now[name] = number;
                else return null;
            if (Spec.Fields.Any(f => now[f.Name] is JsonValue value && SettingRules.Fault(f, value) is not null)) return null;
            var policy = RetryPolicy.Of(JsonSerializer.SerializeToElement(new JsonObject { ["retry"] = now }));
            return now["maxDelayMs"] is not null && policy.MaxDelay < policy.BaseDelay ? null : policy;
        }
    }

    private EventCallback<string> TypedCallback => OnTyped.HasDelegate ? EventCallback.Factory.Create<string>(this, text => OnTyped.InvokeAsync((Spec.Name, text))) : default;

    private static decimal? Bound(double value) => value is > -1e15 and < 1e15 ? (decimal)value : null;

    private Task WriteAsync<T>(T value) => WriteNodeAsync(value is null ? null : JsonValue.Create(value));

    private Task WriteListAsync(IReadOnlyList<string>? items) => WriteNodeAsync(new JsonArray([.. (items ?? []).Select(i => JsonValue.Create(i))]));

    private Task WriteNodeAsync(JsonNode? value)
    {
        Values[Spec.Name] = value?.DeepClone();
        return OnChanged.InvokeAsync(Spec.Name);
    }

    private Task InnerChangedAsync(string name)
    {
        _typed.Remove(name);
        return OnChanged.InvokeAsync($"{Spec.Name}.{name}");
    }

    private void InnerTyped((string Name, string Text) typed) => _typed[typed.Name] = typed.Text;
}
