namespace OpenClaw.Gateway.Core.Storage.Blobs;

/// <summary>A blob store in which a crash can leave parts of blobs behind.</summary>
internal interface IBlobLeftovers
{
    /// <summary>Removes what was begun before that time and never committed, or only counts it; how many.</summary>
    int Remove(DateTimeOffset before, bool countOnly);

    /// <summary>The blobs that are there, by tenant.</summary>
    IEnumerable<(Guid Tenant, IEnumerable<Guid> Files)> List();
}
