namespace OpenClaw.Gateway.Core.Administration;

/// <summary>How a change ended.</summary>
public enum AdminStatus
{
    /// <summary>Saved; <see cref="AdminResult{T}.Value"/> is what there is now.</summary>
    Done,

    /// <summary>The tenant has nothing of that id.</summary>
    NotFound,

    /// <summary>The input is wrong; <see cref="AdminResult{T}.Errors"/> says where.</summary>
    Invalid,

    /// <summary>It cannot be done as things are (it is in use, a quota is used up); <see cref="AdminResult{T}.Reason"/> says why.</summary>
    InUse,

    /// <summary>Somebody else saved first.</summary>
    Stale,
}

/// <summary>The outcome of a change: a closed set, made by <see cref="AdminResult"/>.</summary>
public sealed class AdminResult<T>
{
    internal AdminResult(AdminStatus status) => Status = status;

    /// <summary>Which outcome.</summary>
    public AdminStatus Status { get; }

    /// <summary>Set when <see cref="AdminStatus.Done"/>.</summary>
    public T? Value { get; internal init; }

    /// <summary>Field path (as in <c>settings.url</c>) to messages, when <see cref="AdminStatus.Invalid"/>.</summary>
    public IReadOnlyDictionary<string, string[]> Errors { get; internal init; } = new Dictionary<string, string[]>();

    /// <summary>Why, for people, when <see cref="AdminStatus.InUse"/>.</summary>
    public string? Reason { get; internal init; }

    /// <summary>The same failure for another type of value.</summary>
    internal AdminResult<TOther> As<TOther>() => new(Status) { Errors = Errors, Reason = Reason };
}

/// <summary>Makes outcomes.</summary>
internal static class AdminResult
{
    public static AdminResult<T> Done<T>(T value) => new(AdminStatus.Done) { Value = value };

    public static AdminResult<T> NotFound<T>() => new(AdminStatus.NotFound);

    public static AdminResult<T> Invalid<T>(Input.FieldErrors errors) => new(AdminStatus.Invalid) { Errors = errors.ToDictionary() };

    public static AdminResult<T> InUse<T>(string reason) => new(AdminStatus.InUse) { Reason = reason };

    public static AdminResult<T> Stale<T>() => new(AdminStatus.Stale);
}
