using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Secrets;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>Shows a thing's secrets and changes them; values go in, and come out only when the gateway has just made one.</summary>
public sealed partial class Secrets
{
    private FormErrors _errors = new();
    private (string Title, string Value, string Text)? _shown;
    private string? _open;
    private bool _rotate;
    private bool _busy;
    private decimal? _hours;
    private SecretEdit _value;

    /// <summary>What is set.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyDictionary<string, SecretView> View { get; set; }

    /// <summary>Those that a person may set.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Names { get; set; }

    /// <summary>Those that the gateway makes.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Made { get; set; }

    /// <summary>The kind's words for a secret.</summary>
    [Parameter, EditorRequired]
    public required Func<string, SecretText?> Describe { get; set; }

    /// <summary>The kind's judgement of a value.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string, string?> Judge { get; set; }

    /// <summary>The person may change them.</summary>
    [Parameter]
    public bool MayChange { get; set; }

    /// <summary>Saves a value; what is wrong by field, or null.</summary>
    [Parameter, EditorRequired]
    public required Func<string, string?, Task<IReadOnlyDictionary<string, string[]>?>> Replace { get; set; }

    /// <summary>Makes a new value; the former one holds for some hours more.</summary>
    [Parameter, EditorRequired]
    public required Func<string, double, Task<AdminResult<SecretView>>> Rotate { get; set; }

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private void Open(string name, bool rotate)
    {
        (_open, _rotate, _hours, _value, _errors, _shown) = (name, rotate, 24, SecretEdit.Keep, new(), null);
    }

    private async Task DoAsync()
    {
        if (_busy || _open is not { } name || _errors.Any) return;
        _busy = true;
        try
        {
            if (_rotate) await RotateAsync(name);
            else await ReplaceAsync(name);
        }
        catch (ForbiddenException refused)
        {
            Toasts.Fail(refused.Message);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task RotateAsync(string name)
    {
        if (_hours is not { } hours)
        {
            _errors.Set("overlapHours", "A number is needed.");
            return;
        }

        var result = await Rotate(name, (double)hours);
        if (result.Value is not { Value: { } value })
        {
            if (result.Status == AdminStatus.Invalid) _errors.Set(result.Errors);
            else _errors.Set("", FormResult.From(result).Fault ?? "It was not saved: somebody changed it at the same time. Try again.");
            return;
        }

        _open = null;
        _shown = (Describe(name)?.Label ?? SettingWords.Words(name), value, "Copy it now: it is not shown again.");
    }

    private async Task ReplaceAsync(string name)
    {
        if (_value.Text is not { } text)
        {
            _errors.Set($"secrets.{name}", "A value is needed.");
            return;
        }

        if (await Replace(name, text) is { } errors)
        {
            _errors.Set(errors);
            return;
        }

        _open = null;
        Toasts.Show("Saved. The new value holds from now on.");
    }
}
