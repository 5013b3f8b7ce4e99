namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>What a person wants to happen with a secret. In a patch: left out, null, or the text.</summary>
public readonly record struct SecretEdit
{
    private SecretEdit(bool isRemoved, string? text) => (IsRemoved, Text) = (isRemoved, text);

    /// <summary>It stays as it is (also <c>default</c>).</summary>
    public static SecretEdit Keep => default;

    /// <summary>It goes.</summary>
    public static SecretEdit Remove => new(isRemoved: true, null);

    /// <summary>It is to be removed.</summary>
    public bool IsRemoved { get; }

    /// <summary>The new value; null = none given.</summary>
    public string? Text { get; }

    /// <summary>Nothing changes.</summary>
    public bool IsKept => !IsRemoved && Text is null;

    /// <summary>It becomes that text.</summary>
    public static SecretEdit Replace(string text) => new(isRemoved: false, text);
}
