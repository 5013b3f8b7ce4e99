using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>A list of objects as rows of fields (<see cref="SettingSpec.ItemFields"/>). What else an item holds stays in it.</summary>
public sealed partial class ItemsField : IDisposable
{
    private static int _made;
    private readonly string _id = string.Create(CultureInfo.InvariantCulture, $"items-{Interlocked.Increment(ref _made)}");
    private readonly List<JsonObject> _rows = [];
    private string? _shown;
    private bool _isJson;
    private string? _focus;

    [Inject]
    private KitScript Script { get; set; } = default!;
    private FormErrors? _watched;
    private string? _claimed;

    /// <summary>What the list is.</summary>
    [Parameter, EditorRequired]
    public required SettingSpec Spec { get; set; }

    /// <summary>The API's path of the list.</summary>
    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>What the list is called.</summary>
    [Parameter, EditorRequired]
    public required string Label { get; set; }

    /// <summary>The items; null = none.</summary>
    [Parameter]
    public JsonArray? Value { get; set; }

    /// <summary>Raised with the new list after a row came, went or changed.</summary>
    [Parameter]
    public EventCallback<JsonNode?> ValueChanged { get; set; }

    [CascadingParameter]
    private FormShell? Form { get; set; }

    private bool IsReadOnly => Form is { ReadOnly: true };

    private IReadOnlyList<string> Messages => Form?.Errors.OfList(Path) ?? [];

    /// <inheritdoc />
    public void Dispose() => Watch(null, null);

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_watched, Form?.Errors) || _claimed != Path) Watch(Form?.Errors, Path);
        // rows are kept as they are while the list is the one that they were written to: their fields keep the focus
        var value = Value?.ToJsonString();
        if (value == _shown) return;
        _shown = value;
        _rows.Clear();
        _rows.AddRange((Value ?? []).Select(i => i as JsonObject ?? []).Select(i => (JsonObject)i.DeepClone()));
    }

    private async Task AddAsync()
    {
        _rows.Add([]);
        await TellAsync();
        _focus = $"#{_id} > .items-row:nth-of-type({_rows.Count}) :is(input, select, textarea)";
    }

    /// <summary>Who removes rows by the keyboard goes on at the next one.</summary>
    private async Task RemoveAsync(JsonObject row)
    {
        var place = _rows.IndexOf(row);
        _rows.Remove(row);
        Form?.Errors.Set(Path, null); // they name rows by their places, which have changed
        await TellAsync();
        _focus = _rows.Count == 0 ? $"#{_id} button.small" : $"#{_id} > .items-row:nth-of-type({Math.Min(place + 1, _rows.Count)}) > button.icon-button";
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } target) return;
        _focus = null;
        await Script.RunAsync("focusOn", target);
    }

    private Task WriteAsync(JsonObject row)
    {
        // in a list there is no “remove”: what is emptied is not there
        foreach (var (name, value) in row.ToArray())
            if (value is null) row.Remove(name);
        return TellAsync();
    }

    /// <summary>The whole list at once, for what has no field.</summary>
    private Task WriteJsonAsync(JsonNode? value)
    {
        Form?.Touch();
        return value is JsonObject ? Task.CompletedTask : ValueChanged.InvokeAsync(OrNone(value as JsonArray ?? []));
    }

    private Task TellAsync()
    {
        Form?.Touch();
        var list = new JsonArray([.. _rows.Select(r => r.DeepClone())]);
        _shown = OrNone(list)?.ToJsonString();
        return ValueChanged.InvokeAsync(OrNone(list));
    }

    /// <summary>Where nothing is the default, no row is no value.</summary>
    private JsonArray? OrNone(JsonArray list) => list.Count == 0 && Spec.Default is null or "null" ? null : list;

    private void Watch(FormErrors? errors, string? path)
    {
        if (_watched is not null)
        {
            _watched.Changed -= Show;
            if (_claimed is not null) _watched.Release(_claimed);
        }

        (_watched, _claimed) = (errors, path);
        if (errors is null) return;
        errors.Changed += Show;
        if (path is not null) errors.Claim(path);
    }

    private void Show() => _ = InvokeAsync(StateHasChanged);
}
