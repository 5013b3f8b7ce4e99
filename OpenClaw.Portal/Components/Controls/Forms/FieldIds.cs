namespace OpenClaw.Portal.Components.Controls.Forms;

/// <summary>What an input needs in order to belong to its <see cref="Field"/>: put <see cref="Attributes"/> on it.</summary>
public sealed record FieldIds(string Input, string Label, string? DescribedBy, bool Invalid, bool Required, bool Disabled, string? Name)
{
    /// <summary>For a control that is one element: id, name, and what a screen reader is told.</summary>
    public IReadOnlyDictionary<string, object> Attributes
    {
        get
        {
            var made = Described();
            if (Name is not null) made["name"] = Name;
            if (Invalid) made["aria-invalid"] = "true";
            if (Required) made["aria-required"] = "true";
            if (Disabled) made["disabled"] = true;
            return made;
        }
    }

    /// <summary>For a control made of several elements: what its group element carries.</summary>
    public IReadOnlyDictionary<string, object> GroupAttributes
    {
        get
        {
            var made = Described();
            made["aria-labelledby"] = Label;
            return made;
        }
    }

    private Dictionary<string, object> Described()
    {
        var made = new Dictionary<string, object>(StringComparer.Ordinal) { ["id"] = Input };
        if (DescribedBy is not null) made["aria-describedby"] = DescribedBy;
        return made;
    }
}
