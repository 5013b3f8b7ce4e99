using OpenClaw.Gateway.Core.Administration;

namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>How saving ended: a closed set, made by its factories.</summary>
public sealed class FormResult
{
    private FormResult()
    {
    }

    /// <summary>It is saved; the form is clean.</summary>
    public bool IsSaved { get; private init; }

    /// <summary>Messages by field path.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; private init; }

    /// <summary>What is wrong beside any field.</summary>
    public string? Fault { get; private init; }

    /// <summary>What to tell in a passing note when saved.</summary>
    public string? Note { get; private init; }

    /// <summary>It is saved; <paramref name="note"/> is told in a passing note.</summary>
    public static FormResult Saved(string? note = null) => new() { IsSaved = true, Note = note };

    /// <summary>The gateway refused fields.</summary>
    public static FormResult Invalid(IReadOnlyDictionary<string, string[]> errors) => new() { Errors = errors };

    /// <summary>It did not work: what happened, why, and what to do.</summary>
    public static FormResult Failed(string fault) => new() { Fault = fault };

    /// <summary>Neither saved nor at fault (the page shows a <see cref="ConflictNotice"/>, or the person thought better of it).</summary>
    public static FormResult NotYet { get; } = new();

    /// <summary>
    /// The same outcome as <paramref name="result"/>. <see cref="AdminStatus.Stale"/> becomes <see cref="NotYet"/>: the page then shows a
    /// <see cref="ConflictNotice"/>.
    /// </summary>
    public static FormResult From<T>(AdminResult<T> result, string? note = null) => result.Status switch
    {
        AdminStatus.Done => Saved(note),
        AdminStatus.Invalid => Invalid(result.Errors),
        AdminStatus.NotFound => Failed("It is gone: somebody deleted it. Go back to the list."),
        AdminStatus.InUse => Failed(result.Reason ?? "It is in use."),
        AdminStatus.Stale => NotYet,
        _ => Failed(result.Reason ?? "The gateway refused it."),
    };
}
